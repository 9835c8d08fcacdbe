from pipeline.reporting import card

PAGE = """# Model card
What it is **for**, see [MODELS.md](MODELS.md) and ![a picture](images/report.png).

| target | error |
| --- | --- |
| conductivity | 0.456 |

<script>alert(1)</script>
"""


def test_a_page_becomes_html_below_the_headings_of_the_report():
    assert "<h3>Model card</h3>" in card(PAGE)
    assert "<td>0.456</td>" in card(PAGE)
    assert "<strong>for</strong>" in card(PAGE)


def test_links_and_pictures_that_lead_out_of_the_report_are_words():
    html = card(PAGE)
    assert "see MODELS.md and" in html
    assert "href" not in html
    assert "<img" not in html


def test_html_within_is_text():
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in card(PAGE)


def test_a_paragraph_of_nothing_but_an_image_asks_for_nothing():
    assert card("![x](http://evil.invalid/x.png)") == "<p></p>\n"
    assert card("[![x](http://evil.invalid/x.png)](http://evil.invalid)") == "<p></p>\n"
