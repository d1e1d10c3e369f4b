#!/bin/sh
# Build InfluxDB 2 from its Go module into .services/bin: once, four to five minutes, 3 GB of caches.
set -eu
cd "$(dirname "$0")/influxd"
bin=$(cd ../../.. && pwd)/.services/bin
version=$(sed -n 's|.*github.com/influxdata/influxdb/v2 \(v[0-9.]*\).*|\1|p' go.mod | head -n 1)

if [ -x "$bin/influxd" ] && "$bin/influxd" version 2>/dev/null | grep -q "$version"; then
    echo "InfluxDB $version is already in $bin"
    exit 0
fi
command -v go >/dev/null 2>&1 || {
    echo "InfluxDB is built from source and needs Go 1.25 or newer: https://go.dev/doc/install" >&2
    exit 1
}
command -v cargo >/dev/null 2>&1 || {
    echo "InfluxDB's query engine is built from source and needs Rust: https://rustup.rs" >&2
    exit 1
}
mkdir -p "$bin"
echo "Building InfluxDB $version (a few minutes the first time)…"
go build -o "$bin/pkg-config" github.com/influxdata/pkg-config
# flux names an older Rust than the one installed; it builds with any recent stable one.
PKG_CONFIG="$bin/pkg-config" RUSTUP_TOOLCHAIN=stable go build -trimpath \
    -tags sqlite_foreign_keys,sqlite_json -ldflags "-s -w -X main.version=$version" \
    -o "$bin/influxd" github.com/influxdata/influxdb/v2/cmd/influxd
echo "Built $bin/influxd"
