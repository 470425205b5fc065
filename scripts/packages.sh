#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The Debian packages that building and testing need, each with what it is for.
# Sourced by the other scripts; run by itself, `packages.sh build|test|sbom|bench|image`
# installs that set. Says nothing and asks for no rights when nothing is missing.

build_packages=(
  gcc libc6-dev          # the compiler, its sanitizers' libraries, the C library
  cmake ninja-build      # the build
  pkg-config             # finds the libraries below
  uuid-dev               # ids by name
  nettle-dev             # SHA-256
  libsqlite3-dev         # the database
  libjansson-dev         # JSON
  libmicrohttpd-dev      # HTTP
  libgnutls28-dev        # TLS
  libunistring-dev       # Unicode case folding and properties
  zlib1g-dev             # answers in gzip
  libbrotli-dev          # answers in br
  libseccomp-dev         # the system calls that the daemon keeps
)
run_packages=(
  curl                   # to ask the daemon
)
test_packages=(
  git                    # which files are tracked
  libcmocka-dev          # unit tests
  python3 python3-pytest # tests of the program and the service
  python3-jsonschema     # answers against the API document
  python3-fastjsonschema # the same, fast enough for many thousands of answers
  python3-yaml           # settings of checks
  python3-brotli         # reads answers in br
  python3-prometheus-client # reads the metrics
  openssl                # makes certificates
  jq                     # recipes of docs/
  docker-compose         # reads compose.yaml
)
# Node.js with npm may come from elsewhere than Debian, whose package would then be in
# its way.
node_packages=()
command -v npm >/dev/null || node_packages=(nodejs npm)
test_packages+=("${node_packages[@]}") # judges of the API document, a recipe
sbom_packages=(
  jq                     # writes the list of what the image is made of
)
lint_packages=(
  clang clang-tidy       # judges of the C sources
  cppcheck
)
fuzz_packages=(
  clang                  # libFuzzer
)
bench_packages=(
  wrk                    # asks as fast as it can
  "${node_packages[@]}"  # Bun and Fastify
)
image_packages=(
  buildah debootstrap    # builds the image where no container engine answers
  curl                   # asks the container
)

# install_missing PACKAGE...: only what dpkg does not know as installed.
install_missing() {
  local package missing=() as_root=()
  for package in "$@"; do
    # shellcheck disable=SC2016 # the format is dpkg-query's
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || {
    echo "no apt-get here; these Debian packages, or what they are elsewhere, are needed:" \
      "${missing[*]}" >&2
    return 1
  }
  if ((EUID != 0)); then
    command -v sudo >/dev/null || {
      echo "packages are missing, and there is no sudo to install them; as root:" \
        "apt-get install ${missing[*]}" >&2
      return 1
    }
    as_root=(sudo)
  fi
  echo "installing ${missing[*]}" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install \
    --no-install-recommends "${missing[@]}" >&2
}

# fetch_program PACKAGE PATH DIRECTORY: the path of a program that is not to be
# installed, because Debian would start it as a service: the one of this machine,
# else out of the package, unpacked below the directory. Nothing when there is none.
fetch_program() {
  local package=$1 path=$2 directory=$3
  if command -v "/$path" >/dev/null; then
    echo "/$path"
    return
  fi
  if [[ ! -x $directory/$path ]]; then
    mkdir -p "$directory"
    (cd "$directory" && apt-get -qq download "$package" && dpkg -x "$package"_*.deb .) >&2 ||
      return 0
  fi
  if "$directory/$path" -v >/dev/null 2>&1; then echo "$directory/$path"; fi
}

# quietly LOG COMMAND...: the output matters only when the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "failed: $*" >&2
    return 1
  fi
}

# build PRESET DIRECTORY [CMAKE OPTION...], below the repository's root.
build() {
  local preset=$1 directory=$2 generator=()
  shift 2
  # A tree that is configured keeps its generator.
  [[ -f $directory/CMakeCache.txt ]] || generator=(-G Ninja)
  quietly "$directory/configure.log" cmake --preset "$preset" "${generator[@]}" "$@"
  quietly "$directory/compile.log" cmake --build "$directory" -j "$(nproc)"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  case ${1-} in
  build) install_missing "${build_packages[@]}" ;;
  test) install_missing "${build_packages[@]}" "${test_packages[@]}" "${run_packages[@]}" ;;
  sbom) install_missing "${sbom_packages[@]}" ;;
  bench) install_missing "${build_packages[@]}" "${bench_packages[@]}" ;;
  image) install_missing "${image_packages[@]}" ;;
  *)
    echo "usage: packages.sh build|test|sbom|bench|image" >&2
    exit 2
    ;;
  esac
fi
