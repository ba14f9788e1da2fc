#!/bin/sh
# boot.sh DIRECTORY OPTION...: boots systemd on a throw-away copy of this file system, in namespaces of its own.
# DIRECTORY/install is laid over the copy; OPTION goes to systemd-nspawn. Exits 77 if this computer does not allow it.
# Must run under `unshare --mount --pid --fork --kill-child --mount-proc`, so that nothing can outlive it.
set -u
directory=$1
shift
cannot() { echo "cannot boot a machine here: $1"; exit 77; }

space=$directory/space
root=$space/root
mkdir -p "$space"
mount -t tmpfs -o size=256m,mode=755 tmpfs "$space" || cannot "no tmpfs may be mounted"
mkdir "$space/upper" "$space/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$space/upper,workdir=$space/work" overlay "$root" || cannot "no overlay of / may be mounted"
umount -R /sys/fs/cgroup 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup || cannot "no cgroup v2 may be mounted"
mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn || cannot "no tmpfs may be mounted"

cp -a "$directory/install/." "$root/" || exit 1
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --directory="$root" --boot --register=no --keep-unit --private-network --link-journal=no \
  --console=pipe --quiet "$@" systemd.unit=mini.target </dev/null
