#!/bin/sh
# Tests and builds the console with the machine's Node, each only when something changed since the last time.
#   build.sh test          type check and unit tests
#   build.sh build FOLDER  the files that the server serves
# Without Node.js 18 or newer it says so and leaves the server without a console: nothing else needs Node.
set -eu
cd "$(dirname "$0")"
mkdir -p target

fail_softly() {
  printf '%s\n' \
    "[WARNING] The console is not built: $1." \
    "[WARNING] Install Node.js 18.19 or newer with npm (Debian: apt-get install nodejs npm), then build again." \
    "[WARNING] The server works without it; /console/ then says what is missing."
  exit 0
}

sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1; }

sources() { find src public index.html package.json package-lock.json vite.config.ts tsconfig.json .npmrc build.sh "$@" -type f | LC_ALL=C sort | while read -r file; do printf '%s\n' "$file"; cat "$file"; done; }

# done_before NAME STATE: true if the step was done with this state
done_before() { [ "$(cat "target/$1.state" 2>/dev/null || true)" = "$2" ]; }

install() {
  state=$(cat package-lock.json package.json .npmrc | sum)-$(node --version)
  if [ -d node_modules ] && done_before install "$state"; then return; fi
  rm -f target/install.state
  npm ci --prefer-offline --no-audit --no-fund --loglevel=error
  printf '%s' "$state" >target/install.state
}

command -v node >/dev/null || fail_softly "there is no node on the PATH"
command -v npm >/dev/null || fail_softly "there is no npm on the PATH"
version=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
[ "${version:-0}" -ge 18 ] || fail_softly "$(node --version) of Node.js is too old"

case $1 in
  test)
    case ${CORDON_SKIP_TESTS:-} in *true*) exit 0 ;; esac
    install
    state=$(sources | sum)
    done_before test "$state" || npm test --silent
    printf '%s' "$state" >target/test.state
    ;;
  build)
    install
    state=$(sources | sum)
    if [ -f "$2/index.html" ] && done_before build "$state"; then exit 0; fi
    rm -f target/build.state
    npm run --silent build -- --outDir "$2" --emptyOutDir
    printf '%s' "$state" >target/build.state
    ;;
  *)
    echo "build.sh: test or build FOLDER" >&2
    exit 2
    ;;
esac
