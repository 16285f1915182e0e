#!/bin/bash
# One slice of a plan for each job of GNU parallel, then their merge:
#   profiles/distributed/parallel.sh profiles/rollout.yaml 4 results/whole [options of finbench run]
# On several machines, with finbench and the profile at the same path on each, add to the line below
# `--sshlogin host1,host2 --return results --cleanup`.
set -euo pipefail
profile=$1 slices=$2 output=$3
shift 3
finbench=${FINBENCH:-finbench}
for directory in "$output-slices" "$output"; do
    [[ -e $directory ]] || continue
    echo "$0: \"$directory\" is there already, perhaps with an earlier run: name another output" >&2
    exit 64
done
start=$(date -u -d "+${LEAD_SECONDS:-5} seconds" +%Y-%m-%dT%H:%M:%SZ)

# A slice that ends badly does not stop the others: merge says what is missing. Each job's words go
# through a shell, of which -q keeps blanks and signs.
parallel --will-cite -q -j "$slices" --halt never \
    "$finbench" run "$profile" --shard "{}/$slices" --start-at "$start" \
    --output "$output-slices/{}" --progress none "$@" ::: $(seq 0 $((slices - 1))) \
    || echo "$0: a slice ended badly" >&2

exec "$finbench" merge "$output"-slices/* --output "$output"
