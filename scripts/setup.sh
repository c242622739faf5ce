# shellcheck shell=bash
# What the build needs, and how it gets onto the machine. Sourced by ./dev; needs `root` (the repository) to be set.
#
# Every step can be interrupted and run again: a package counts only when dpkg calls it installed, and the private
# Node.js appears under its final name only when it is complete. With nothing missing, nothing is asked of the network.
: "${root:?}"

# --- Versions ----------------------------------------------------------------------------------------------------

node_version=22.23.3
npm_version=11.21.2
# The front end's build tool asks for this; older npm releases leave out its native parts.
node_major_min=20
node_minor_min=19
npm_major_min=11

# --- Packages ----------------------------------------------------------------------------------------------------

# packages_for TOPIC...: the packages of the topics (build, test, sanitizer, lint), one a line.
packages_for() {
  local topic
  for topic in "$@"; do "${topic}_packages"; done
}

# clang takes libstdc++ from g++; the test programs are part of every configuration; gzip packs the front end.
build_packages() {
  printf '%s\n' \
    ca-certificates git clang-19 lld-19 g++ cmake ninja-build ccache pkg-config gzip \
    libboost1.81-dev libboost-json1.81-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev \
    liblua5.4-dev libspdlog-dev libsqlite3-dev libssl-dev libyaml-cpp-dev zlib1g-dev \
    libgtest-dev libgmock-dev
}

# A real browser; openssl makes certificates on the spot; the suite is what JSON Schemas are held to.
test_packages() { printf '%s\n' chromium openssl json-schema-test-suite; }

# The sanitizers' runtimes; llvm-19 names the functions in their reports.
sanitizer_packages() { printf '%s\n' libclang-rt-19-dev llvm-19; }

lint_packages() { printf '%s\n' clang-format-19 shellcheck; }

# missing_of PACKAGE...: those that are not completely installed, one a line.
missing_of() {
  local package status
  for package in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || true
    [[ $status == installed ]] || printf '%s\n' "$package"
  done
}

# --- apt ---------------------------------------------------------------------------------------------------------

# Prints the words that make a command run as root: nothing for root itself. Fails when there is no way.
root_prefix() {
  if [[ $(id -u) -eq 0 ]]; then return 0; fi
  command -v sudo >/dev/null || return 1
  if [[ -t 0 ]]; then
    printf '%s\n' sudo
  else
    sudo -n true 2>/dev/null || return 1  # Without a terminal nobody can type a password.
    printf '%s\n' sudo -n
  fi
}

# Tells what a person with root rights has to run, and stops.
ask_for_root() {
  say "some Debian packages are missing, and installing them needs root rights."
  say "run this as root, then ./dev again:"
  printf '\n  apt-get update && apt-get install --no-install-recommends -y %s\n\n' "$*" >&2
  exit 1
}

# as_root COMMAND...: runs it with root rights; `prefix` holds root_prefix's words.
as_root() {
  "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive "$@" </dev/null >&2
}

apt() {
  as_root apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# Finishes what an interrupted installation left half done.
repair_dpkg() {
  if [[ -z $(dpkg --audit 2>/dev/null) ]] && ! ls /var/lib/dpkg/updates/[0-9]* >/dev/null 2>&1; then return 0; fi
  say "an earlier package installation was interrupted; finishing it"
  as_root dpkg --configure -a || true  # What is still missing is installed next, by --fix-broken.
  apt --fix-broken --no-install-recommends install ||
    die "apt-get could not finish the interrupted installation (see above); repair it, then run ./dev again"
}

# install_packages PACKAGE...: makes sure that all are installed. Stops with a message when that is impossible.
install_packages() {
  local missing prefix words
  if ! command -v dpkg-query >/dev/null; then
    note_other_system "$@"
    return 0
  fi
  mapfile -t missing < <(missing_of "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then return 0; fi
  words=$(root_prefix) || ask_for_root "${missing[@]}"
  prefix=()
  if [[ -n $words ]]; then read -r -a prefix <<<"${words//$'\n'/ }"; fi
  say "installing Debian packages: ${missing[*]}"
  apt -o APT::Update::Error-Mode=any update ||
    say "the package lists could not be refreshed; trying with those on this machine"
  repair_dpkg
  apt --no-install-recommends install "${missing[@]}" || die_of_apt "${missing[@]}"
  mapfile -t missing < <(missing_of "$@")
  if [[ ${#missing[@]} -ne 0 ]]; then die "apt-get left these packages uninstalled: ${missing[*]}"; fi
}

die_of_apt() {
  say "apt-get did not install everything; its messages are above. Running ./dev again goes on from here."
  say "the package names are those of Debian 12; this is $(system_name)."
  die "still missing: $(missing_of "$@" | tr '\n' ' ')"
}

system_name() {
  # shellcheck disable=SC1091
  (PRETTY_NAME="an unknown system"; if [[ -r /etc/os-release ]]; then . /etc/os-release; fi; printf '%s' "$PRETTY_NAME")
}

# Elsewhere than on Debian nothing is installed: the build says itself what it does not find.
note_other_system() {
  say "$(system_name) has no dpkg: not installing anything. The build needs what Debian 12 calls:"
  say "$*"
}

# --- Node.js -----------------------------------------------------------------------------------------------------

node_arch() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) die "there is no ready Node.js for $(uname -m); install Node.js $node_version and npm $npm_version yourself" ;;
  esac
}

private_node() { printf '%s/.cache/node-%s-npm-%s' "$root" "$node_version" "$npm_version"; }

# Whether the node and npm on the PATH are new enough.
node_is_good() {
  local node npm major minor
  node=$(node --version 2>/dev/null) && npm=$(npm --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${node#v}"
  ((major > node_major_min || (major == node_major_min && minor >= node_minor_min))) || return 1
  ((${npm%%.*} >= npm_major_min))
}

# use_private_node: puts it first on the PATH; CMake finds npm there.
use_private_node() {
  local bin
  bin=$(private_node)/node_modules/.bin
  [[ -x $bin/node && -x $bin/npm ]] || return 1
  export PATH="$bin:$PATH"
}

# Debian's npm installs the private Node.js; it is not asked for where there is an npm of another origin.
node_packages() {
  if ! command -v npm >/dev/null && ! use_private_node; then printf '%s\n' nodejs npm; fi
}

# Makes sure that a good node and npm come first on the PATH.
install_node() {
  if node_is_good || { use_private_node && node_is_good; }; then return 0; fi
  command -v npm >/dev/null || die "there is no npm on this machine; install Node.js and npm, then run ./dev again"
  say "installing Node.js $node_version and npm $npm_version into .cache (only for this project)"
  with_setup_lock build_private_node
  if use_private_node && node_is_good; then return 0; fi
  die "Node.js $node_version in $(private_node) does not run on this machine"
}

build_private_node() {
  local final folder
  final=$(private_node)
  if use_private_node && node_is_good; then return 0; fi  # Another ./dev was faster.
  rm -rf "$root"/.cache/node.tmp.* "$final"
  folder=$(mktemp -d "$root/.cache/node.tmp.XXXXXX")
  npm install --prefix "$folder" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --loglevel=error "node-linux-$(node_arch)@$node_version" "npm@$npm_version" </dev/null >&2 ||
    { rm -rf "$folder"; die "npm could not install Node.js (see above); run ./dev again when the network is there"; }
  chmod 755 "$folder"  # mktemp makes it private to who runs this.
  mv -T "$folder" "$final"
}

# with_setup_lock COMMAND...: one at a time among all ./dev of this repository.
with_setup_lock() {
  mkdir -p "$root/.cache"
  (
    flock 9
    "$@" 9>&-
  ) 9>"$root/.cache/setup.lock"
}

# --- Front end packages ------------------------------------------------------------------------------------------

# The packages of web/ as the lock file names them; the stamp is written last, so an interrupted run is repeated.
install_web_packages() {
  local stamp="$root/web/node_modules/.package-lock.json"
  if [[ -e $stamp && ! $root/web/package-lock.json -nt $stamp ]]; then return 0; fi
  say "installing the front end's packages"
  npm --prefix "$root/web" ci --no-audit --no-fund --loglevel=error </dev/null >&2 ||
    die "npm could not install the front end's packages (see above)"
}

# --- Together ----------------------------------------------------------------------------------------------------

# setup TOPIC...: everything that the topics need.
setup() {
  local packages
  mapfile -t packages < <(packages_for "$@" && node_packages)
  install_packages "${packages[@]}"
  install_node
}

# Says what is there and what is missing; installs nothing. Fails when something is missing.
check_setup() {
  local package count=0
  for package in $(packages_for build test sanitizer lint); do
    if [[ -n $(missing_of "$package") ]]; then
      echo "missing    $package"
      count=$((count + 1))
    else
      echo "installed  $package"
    fi
  done
  use_private_node || true
  if node_is_good; then
    echo "installed  node $(node --version), npm $(npm --version)"
  else
    echo "missing    node >= $node_major_min.$node_minor_min with npm >= $npm_major_min (./dev setup brings $node_version)"
    count=$((count + 1))
  fi
  if ((count > 0)); then die "$count missing; './dev setup' installs what is missing"; fi
}
