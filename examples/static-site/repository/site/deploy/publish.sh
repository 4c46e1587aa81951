#!/usr/bin/env bash
# Run again after a failure, it does what is left.
set -euo pipefail
aws s3 sync public "s3://$SITE_BUCKET/" --delete
aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths '/*'
