#!/usr/bin/env bash
# Says what publish.sh would do, file by file.
set -euo pipefail
plan="$(aws s3 sync public "s3://$SITE_BUCKET/" --delete --dryrun)"
changes="$(sed -nE 's/^\(dryrun\) upload: .* to s3:\/\/[^/]+\/([A-Za-z0-9._/-]+)$/{"path":"\1","type":"Site::Page","effect":"update"}/p; s/^\(dryrun\) delete: s3:\/\/[^/]+\/([A-Za-z0-9._/-]+)$/{"path":"\1","type":"Site::Page","effect":"delete"}/p' <<< "$plan" | paste -sd, -)"
# A name that is not among these is not left out of the report in silence.
if [ "$(grep -c '^(dryrun)' <<< "$plan")" != "$(grep -o '"path"' <<< "$changes" | wc -l | tr -d ' ')" ]; then
  echo "A file's name has other characters than letters, digits, dot, dash, underscore and slash:" >&2
  echo "$plan" >&2
  exit 1
fi
echo "{\"changes\":[$changes]}"
