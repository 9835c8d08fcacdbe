#!/bin/sh
# `dvc` of this environment: in the root of ionscreen one run at a time (pipeline/dvc.py), elsewhere DVC as it is.
python="$(dirname "$0")/python"
if [ -f pipeline/dvc.py ]; then exec "$python" -m pipeline.dvc "$@"; fi
exec "$python" -m dvc "$@"
