#!/bin/sh
# A reviewer that costs next to nothing and always passes.
cat >/dev/null
echo '{"verdict":"pass","summary":"Fine.","checks":[],"requestedChanges":[]}'
