# shellcheck shell=bash
# The container image: ./dev image. Sourced.
#
# Engines differ in what a machine lets them do; these options are the least demanding ones: no overlay file system, no
# limits raised, the host's network (the private stack listens on the loopback).

IMAGE=localhost/connect-host
IMAGE_BASE=localhost/connect-host-base
IMAGE_PUBLIC_BASE=docker.io/library/debian:bookworm-slim

dev_image() {
  [[ $# == 0 ]] || die "image takes no options, got: $*"
  install_packages build stack image
  export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
  export CNX_SANDBOX_ARGS="--orders 0"
  start_stack_behind "demo-$$"
  dev_package
  image_build
  say "$IMAGE: $(buildah images --format '{{.Size}}' "$IMAGE" | head -n 1), the package in it $(du -h "$BUILD/packages/connect-host.deb" | cut -f 1)"
  await_stack "demo-$$"
  image_try
}

image_build() {
  local base=$IMAGE_PUBLIC_BASE
  if ! timeout 30 buildah pull --quiet "$base" >/dev/null 2>&1; then
    say "$base cannot be had; a base of the same release is made from the archive's packages"
    image_make_base
    base=$IMAGE_BASE
  fi
  ln -f "$BUILD"/packages/connect-host_*.deb "$BUILD/packages/connect-host.deb"
  say "building $IMAGE from $base"
  run_logged "$BUILD/logs/image.log" "building the image" buildah bud --format docker --network host --build-arg "BASE=$base" \
    --tag "$IMAGE" --file packaging/Containerfile "$BUILD/packages"
}

# The archive that this machine's apt uses knows every package that the image wants.
image_make_base() {
  local root=$BUILD/image-base container
  if buildah inspect --type image "$IMAGE_BASE" >/dev/null 2>&1; then return; fi
  rm -rf "$root"
  run_logged "$BUILD/logs/image-base.log" "debootstrap" as_root debootstrap --variant=minbase --include=ca-certificates bookworm "$root"
  cp /etc/apt/sources.list.d/*debian*.sources "$root/etc/apt/sources.list.d/" 2>/dev/null && rm -f "$root/etc/apt/sources.list"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  container=$(buildah from scratch)
  run_logged "$BUILD/logs/image-base.log" "copying the base" buildah copy "$container" "$root" /
  buildah config --cmd bash "$container"
  run_logged "$BUILD/logs/image-base.log" "committing the base" buildah commit --rm "$container" "$IMAGE_BASE"
  rm -rf "$root"
}

# The main job inside the image, against the private stack, as in ./dev demo.
image_try() {
  demo_environment
  # The image's file system cannot be written to.
  DEMO_OPTIONS=(--set worker.log.dir=)
  demo_prepare
  DEMO_HOST=(podman --runtime runc --cgroup-manager cgroupfs run --rm --network host --ulimit nofile=1024:1024 --ulimit nproc=1000:1000
    --read-only --cap-drop all --security-opt no-new-privileges
    --no-healthcheck --env-host
    --volume "$ROOT/config:/var/lib/connect-host/config:ro" --volume "$CNX_WALMART_CA:$CNX_WALMART_CA:ro" "$IMAGE")
  demo_run
  demo_compare
}
