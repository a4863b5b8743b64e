set title "Polls a second against entries that wait"
set xlabel "entries waiting"
set ylabel "polls a second"
set logscale x
set format x "10^{%L}"
set yrange [0:*]
plot data using 1:2 title "GetQueueEntry, asynchronous API"
