#!/bin/sh
# A coding agent that costs next to nothing: ten tool events, one changed file, SECONDS of work.
# Usage: light-agent.sh SECONDS; the prompt comes on standard input.
# A shell reads byte by byte: it stops at the line it needs, for the length of the prompt is not what is measured.
while IFS= read -r line; do
  case $line in 'Chunk: '*) key=${line#Chunk: } && break ;; esac
done
: "${key:=loop-$(date +%s%N)}"
for n in 1 2 3 4 5 6 7 8 9 10; do
  printf '{"kind":"tool","callId":"%s","tool":"edit","status":"completed","title":"step %s","input":"","output":""}\n' "$n" "$n"
done
echo "$key" >"$key.txt"
[ "$1" = 0 ] || sleep "$1"
