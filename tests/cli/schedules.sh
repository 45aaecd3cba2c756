#!/bin/sh
# Several znn at once over the same folders: no model is lost.  The work is done by ../faults/schedules.c.
#
#     schedules.sh [RUNS]
. "$(dirname "$0")/lib.sh"

begin "random schedules"
"${ZNN_RUN_SCHEDULES:?set it to the path of schedules}" "$ZNN" "${1:-${ZNN_SCHEDULES:-40}}" || fail "schedules"
finish
