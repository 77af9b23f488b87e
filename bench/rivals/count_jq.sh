#!/usr/bin/env bash
# Counts with jq: count_jq.sh s3|ndjson FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
filter='select($wanted[.eventName] and (.sourceIPAddress | startswith("10.") | not)) | 1'
wanted=$(jq -c '[.detail.eventName[] | {(.): true}] | add' "$here/../pattern37.json")
if [ "$1" = s3 ]; then
  find "$2" -name '*.json.gz' -print0 | sort -z | xargs -0 zcat |
    jq --argjson wanted "$wanted" ".Records[] | $filter" | wc -l
else
  find "$2" -name '*.ndjson' -print0 | sort -z | xargs -0 cat |
    jq --argjson wanted "$wanted" "$filter" | wc -l
fi
