#!/usr/bin/env bash
# Installs Terraform where the image lacks it, and nothing else than this version of it.
set -euo pipefail
if command -v terraform > /dev/null; then
  exit 0
fi
version=1.11.4
archive="terraform_${version}_linux_amd64.zip"
cd "$(mktemp -d)"
curl --fail --silent --show-error --remote-name "https://releases.hashicorp.com/terraform/$version/$archive"
curl --fail --silent --show-error --remote-name "https://releases.hashicorp.com/terraform/$version/terraform_${version}_SHA256SUMS"
grep " $archive\$" "terraform_${version}_SHA256SUMS" | sha256sum --check --quiet
unzip -q "$archive" terraform -d /usr/local/bin
