#!/bin/sh
# Install Debian or Ubuntu packages without starting their services: the portal runs its own PostgreSQL and Redis.
# Usage (as root): sh install_packages.sh PACKAGE...
set -eu

export DEBIAN_FRONTEND=noninteractive
mark='# Made by install_packages.sh of the open data portal; removed when it ends.'
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/99-open-data-portal.conf

clean_up() {
    rm -f "$cluster"
    if [ -f "$policy" ] && grep -qxF "$mark" "$policy"; then rm -f "$policy"; fi
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# No service is started on installation (an existing policy is left as it is) ...
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" > "$policy"
    chmod 755 "$policy"
fi
# ... and PostgreSQL makes no cluster of its own on port 5432, unless it was installed before.
if ! dpkg-query -W -f='${Status}' postgresql-common 2>/dev/null | grep -q 'ok installed'; then
    mkdir -p "$(dirname "$cluster")"
    printf '%s\ncreate_main_cluster = false\n' "$mark" > "$cluster"
fi

had_redis=no
if command -v redis-server >/dev/null 2>&1; then had_redis=yes; fi

apt-get -o DPkg::Lock::Timeout=300 update
apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"

# The distribution's Redis would start with the next boot: nobody asked for it.
if [ "$had_redis" = no ] && [ -d /run/systemd/system ]; then
    systemctl disable redis-server.service >/dev/null 2>&1 || true
fi
