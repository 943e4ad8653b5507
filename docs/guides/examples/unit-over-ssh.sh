#!/bin/sh
# Changes one unit over SSH. Sluice says what to do in the environment, and starts this once for each effect.
set -eu
host=$SLUICE_LABEL_HOST

case "$SLUICE_ACTION" in
  inspect)
    # One JSON object on standard output: what runs there, and whether it is well.
    exec ssh "$host" cat /srv/checkout/current/status.json
    ;;
  deploy | rollback)
    # An empty version means that the unit ran nothing before.
    if [ -z "$SLUICE_VERSION" ]; then
      exec ssh "$host" systemctl stop checkout
    fi
    # A failure is tried again, unless the exit code is 64, 65, 77 or 78: then trying again cannot help.
    exec ssh "$host" /srv/checkout/activate "$SLUICE_VERSION"
    ;;
esac
