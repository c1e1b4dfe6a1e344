#!/bin/sh
# A coding agent that carries out a batch and costs next to nothing: a file for each task that the prompt names, and its box.
# Usage: phase-agent.sh TASK_FILE LOG; the prompt comes on standard input. A line of LOG: when it began and ended, in nanoseconds.
began=$(date +%s%N)
boxes=
for id in $(sed -n 's/^- \(T[0-9]*\) .*/\1/p'); do
  echo "$id" >"$id.txt"
  boxes="$boxes;s/\[ \] $id /[x] $id /"
done
[ -z "$boxes" ] || sed -i "${boxes#;}" "$1"
echo "$began $(date +%s%N)" >>"$2"
