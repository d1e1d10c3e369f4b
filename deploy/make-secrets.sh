#!/bin/sh
# Makes the passwords and tokens of deploy/compose.yaml in deploy/secrets/; keeps those that are there.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# The folder keeps others out; the files stay readable for the containers' own users.
chmod 700 secrets

make_secret() {
    [ -s "secrets/$1" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$1"
}
for name in mqtt_password meters_password influx_password influx_token postgres_password; do
    make_secret "$name"
done
# It follows from another one; a file that stands there is read-only.
rm -f secrets/records_url
printf 'postgresql+psycopg://zaindu:%s@postgres/zaindu' "$(cat secrets/postgres_password)" >secrets/records_url

docker run --rm -v "$PWD/secrets:/secrets" eclipse-mosquitto:2.0.22 sh -c '
    mosquitto_passwd -b -c /secrets/mosquitto_passwords zaindu "$(cat /secrets/mqtt_password)" &&
    mosquitto_passwd -b /secrets/mosquitto_passwords meters "$(cat /secrets/meters_password)"'
chmod 444 secrets/*
echo "secrets are in $PWD/secrets"
