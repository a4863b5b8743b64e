set title "Durable claims a second against callers"
set xlabel "callers (calls in flight)"
set ylabel "claims a second"
set logscale x 2
set yrange [0:*]
plot data using 1:2 title "HoldSeats, asynchronous API"
