#!/bin/bash
# One slice of a plan for each task of the array:
#   export PROFILE=profiles/rollout.yaml START_AT=$(date -u -d '+2 minutes' +%Y-%m-%dT%H:%M:00Z)
#   sbatch --wait --array=0-7 profiles/distributed/slurm-array.sh
#   finbench merge results/slurm-JOB/* --output results/whole
# Options of `finbench run` for every slice, such as --live --yes, go after the script's name.
#SBATCH --job-name=finbench
#SBATCH --array=0-7
#SBATCH --ntasks=1
#SBATCH --time=01:00:00
# A task that is run again would begin the same conversations twice.
#SBATCH --no-requeue
set -euo pipefail

# SLURM_ARRAY_TASK_ID and its like say which slice it is.
exec "${FINBENCH:-finbench}" run "${PROFILE:?names the profile}" \
    --start-at "${START_AT:?is the instant of the first start, in UTC}" \
    --output "${RESULTS:-results}/slurm-$SLURM_ARRAY_JOB_ID/$SLURM_ARRAY_TASK_ID" \
    --progress none "$@"
