#!/bin/sh
# Builds the console: checks the types, bundles, and writes dist/ with content-hashed names, each
# file also as .br and .gz where that is smaller. The same sources give the same bytes.
# Needs Debian's node-react, node-react-dom, node-typescript, esbuild and brotli; nothing else.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cd "$here"

require() {
    [ -e "$1" ] && return
    echo "web-static: $2 is missing; install it with: apt-get install $2" >&2
    exit 1
}
require /usr/bin/tsc node-typescript
require /usr/bin/esbuild esbuild
require /usr/bin/brotli brotli
require /usr/share/nodejs/react/index.js node-react
require /usr/share/nodejs/react-dom/index.js node-react-dom

/usr/bin/tsc --noEmit --project tsconfig.json

# Built beside dist/ and moved into place, so that a failed build leaves the last good one.
fresh=dist.new
rm -rf "$fresh"
mkdir "$fresh"
trap 'rm -rf "$here/$fresh"' EXIT

NODE_PATH=/usr/share/nodejs /usr/bin/esbuild src/main.tsx src/console.css src/favicon.svg \
    --bundle --minify --format=esm --target=es2020 --jsx=automatic --loader:.svg=copy \
    --define:process.env.NODE_ENV='"production"' --legal-comments=none \
    --entry-names='[name]-[hash]' --outdir="$fresh" --log-level=warning

# The one built file whose name starts and ends so.
built() {
    for file in "$fresh"/"$1"-*."$2"; do
        [ -e "$file" ] || { echo "web-static: esbuild wrote no $1-*.$2" >&2; exit 1; }
        basename "$file"
    done
}
script=$(built main js) style=$(built console css) icon=$(built favicon svg)
sed -e "s/@SCRIPT@/$script/" -e "s/@STYLE@/$style/" -e "s/@ICON@/$icon/" \
    src/index.html >"$fresh/index.html"

for file in "$fresh"/*; do
    brotli --best --keep "$file"
    gzip -9nk "$file"
    for coded in "$file.br" "$file.gz"; do
        [ "$(stat -c %s "$coded")" -lt "$(stat -c %s "$file")" ] || rm "$coded"
    done
done

rm -rf dist
mv "$fresh" dist
trap - EXIT
