"""Stage 11: everything the run wrote → MLflow.

Files are the truth and MLflow shows them: publishing the same files again, or to another server, never doubles a run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.common import layout
from pipeline.common.files import write_json
from pipeline.common.stage import run_stage, say
from pipeline.tracking.login import log_in


def main() -> None:
    """Publish the last run unless the store already holds it."""
    arguments = _arguments()
    log_in(arguments.server, arguments.password_file)
    from pipeline.tracking.publishing import publish

    write_json(layout.PUBLISHED, publish(say))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.publish",
        description="Show the last run in MLflow: in experiments/mlflow, or on the server that is named.",
        epilog="Without --server, MLFLOW_TRACKING_URI names the store. Publishing again doubles nothing.",
    )
    parser.add_argument("--server", metavar="ADDRESS", help="a tracking server, as http://127.0.0.1:5000")
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        type=Path,
        help=f"the file that holds its password; without it {layout.SERVER_PASSWORD}, where the server is on this "
        "machine, and MLFLOW_TRACKING_PASSWORD before either",
    )
    return parser.parse_args()


if __name__ == "__main__":
    run_stage("publish", main, [layout.PUBLISHED])
