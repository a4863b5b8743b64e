#!/bin/sh
# Builds the packages from the tree and puts them into /packages: for script/on_debian, as root.
set -eu
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive DEB_BUILD_PROFILES=nocheck DEB_BUILD_OPTIONS=nocheck
apt-get -q update
apt-get -q -y --no-install-recommends install dpkg-dev fakeroot lintian
apt-get -q -y --no-install-recommends build-dep .
rm -rf build/package ../onsale_* ../onsaled* ../libonsale* ../onsale-*
nice dpkg-buildpackage --unsigned-source --unsigned-changes --build=binary

# Nothing of what it finds is overridden.
lintian --allow-root --display-info --fail-on error,warning ../onsale_*.changes
mkdir -p /packages
rm -f /packages/*
mv ../*.deb ../onsale_*.changes ../onsale_*.buildinfo /packages
