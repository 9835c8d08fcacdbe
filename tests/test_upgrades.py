"""Files of older versions, as they lie in this repository's history, and of newer ones: read, or refused by name."""

import optuna
import pytest
import sqlalchemy

from pipeline.common.errors import UserError
from pipeline.exploring.address import read_address
from pipeline.learning import as_notes
from pipeline.records import RawFiles, gather
from pipeline.screening import load_campaign

FIRST_CAMPAIGN = """
question: Which polymer and filler pairs conduct best at 60 °C without germanium?
temperature_C: 60
polymers: [PEO, PVDF, PVDF-HFP, PAN, PMMA, PPC, PEC, PEO + PVDF]
salts: [LiTFSI, LiFSI]
fillers: [LLZO, LLZTO, BaTiO3 + LLTO, Al2O3, montmorillonite]
filler_wt_fractions: [0.1, 0.02, 0.03, 0.05, 0.07, 0.12]
architectures:
  treated particles: {tags: particles;surface_treated, additives: dopamine}
  "in-situ polymerised, particles": {tags: particles;in_situ_polymerised, only_with: [PMMA]}
limits:
  exclude_elements: [Ge]
  require_known_components: true
  min_stability_window_V: 4.5
"""
"""Of commit 70d70b0, shortened: before there were conditions, blends and grids."""
RENAMED_FAMILY = """
question: Which conduct best?
temperature_C: 30
polymers: [PEO, blends: {of: [PEO, PVDF], n_parts: 2, step: 0.1}]
salts: [LiTFSI]
fillers: [all: {family: [garnet, thio-LISICON]}]
filler_wt_fractions: {from: 0.02, to: 0.8, step: 0.02}
salt_ratio: {value: [8, 10], unit: "EO:Li"}
architectures: {particles: {tags: particles}}
limits: {sulfides_only_dry: true, no_clumping: true}
"""
"""Of commit 323a81b, shortened: a structure family was written with other letters."""
REQUIRED = (
    "polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C,conductivity,conductivity_unit"
)
ROW = "PEO,LiTFSI,LLZTO,10,wt%,particles,,60,3.1e-4,S/cm"
WORKSHEET = (
    "status,polymer,salt,salt_ratio,salt_ratio_unit,filler,filler_amount,filler_unit,particle_size_nm,architecture,"
    "additives,temperature_C,conductivity,conductivity_unit,transference_number,stability_window_V,"
    "tensile_strength_MPa,note,predicted_conductivity_S_cm,predicted_conductivity_lower_S_cm,"
    "predicted_conductivity_upper_S_cm,reason,way_to_build,mixture,acquisition_value,campaign"
)
LAB_FILES = {
    "add (a094261)": f"{REQUIRED}\n{ROW}\n",
    "example (c22f31e)": f"{REQUIRED},transference_number,stability_window_V,tensile_strength_MPa,note\n"
    f"{ROW},0.4,,,x\n",
    "worksheet (2d6cca3)": f"{WORKSHEET}\n"
    "DONE,PEO,LiTFSI,16,EO:Li,LLZTO,10,wt%,200,particles,,60,3.1e-4,S/cm,,,,,1e-4,1e-5,1e-3,best,particles,77,0.1,rt\n"
    "PENDING,PEO,LiTFSI,16,EO:Li,LATP,10,wt%,200,particles,,60,,S/cm,,,,,1e-4,1e-5,1e-3,best,particles,78,0.1,rt\n",
}


@pytest.fixture
def read_lab(tmp_path, vocabulary, works):
    def read(text):
        path = tmp_path / "handed_back.csv"
        path.write_text(text, encoding="utf-8")
        return gather(RawFiles(lab=(path,)), vocabulary, works)

    return read


@pytest.mark.parametrize("text", LAB_FILES.values(), ids=LAB_FILES.keys())
def test_lab_files_of_every_older_version_are_read(read_lab, text):
    gathered = read_lab(text)
    assert gathered.problems == []
    (record,) = gathered.records
    assert (record["conductivity_S_cm"], record["temperature_C"], record["filler_wt_fraction"]) == (3.1e-4, 60, 0.1)


def test_a_column_of_a_newer_version_is_refused_by_name_with_what_to_do(read_lab):
    with pytest.raises(UserError, match=r"handed_back\.csv, row 1, column dew_point_C: no such column; .*`git pull`"):
        read_lab(f"{REQUIRED},dew_point_C\n{ROW},-40\n")


@pytest.fixture
def load(tmp_path, vocabulary):
    def read(text):
        path = tmp_path / "asked.yaml"
        path.write_text(text, encoding="utf-8")
        return load_campaign(path, vocabulary)

    return read


def test_a_campaign_of_the_first_version_is_read_as_it_was_meant(load):
    campaign = load(FIRST_CAMPAIGN)
    assert campaign.polymers[:2] == ("PEO", "PVDF")
    assert campaign.temperature_C == (60,)
    assert campaign.limits.min_stability_window_V == 4.5
    assert campaign.order_by == "lower"


def test_a_name_that_an_older_version_had_is_refused_with_those_that_there_are(load):
    with pytest.raises(UserError, match=r"column fillers.*no component has family 'thio-LISICON'; .* thio-lisicon"):
        load(RENAMED_FAMILY)
    assert load(RENAMED_FAMILY.replace("thio-LISICON", "thio-lisicon")).fillers


def test_a_campaign_may_say_its_format(load):
    assert load(f"format: 1\n{FIRST_CAMPAIGN}") == load(FIRST_CAMPAIGN)


@pytest.mark.parametrize(
    ("number", "said"), [("2", "2 of a newer version.*`git pull`"), ("x", "'x' of another version")]
)
def test_a_campaign_of_another_format_is_refused_before_its_keys(load, number, said):
    with pytest.raises(UserError, match=rf"asked\.yaml: format {said}.*docs/SCREENING\.md"):
        load(f"format: {number}\nhumidity: 3\n{FIRST_CAMPAIGN}")


def test_a_key_of_a_newer_version_is_refused_by_name_with_what_to_do(load):
    with pytest.raises(UserError, match=r"asked\.yaml, column humidity: '3': no such key; .*`git pull`"):
        load(f"humidity: 3\n{FIRST_CAMPAIGN}")


def test_a_link_of_a_newer_version_is_read_but_for_what_is_not_known(vocabulary):
    asked = read_address({"polymer": "PEO", "temperature_C": "60", "dew_point_C": "-40"}, vocabulary)
    assert asked.told == ("the address: 'dew_point_C' is no key of a mixture and was passed over",)
    assert asked.choices["A"].temperature_C == 60


@pytest.mark.parametrize("revision", ["v2.6.0.a", "v9.9.9.z"], ids=["older", "newer"])
def test_a_database_that_another_optuna_set_up_is_refused_with_what_upgrades_it(tmp_path, revision):
    url = f"sqlite:///{tmp_path}/searches.db"
    as_notes(url)
    with sqlalchemy.create_engine(url).begin() as tables:
        tables.execute(sqlalchemy.text("update alembic_version set version_num = :to"), {"to": revision})
    with pytest.raises(UserError) as caught:
        as_notes(url)
    said = str(caught.value)
    assert f"of another Optuna than {optuna.__version__}" in said
    assert "optuna storage upgrade --storage URL" in said
    assert "\n" not in said
