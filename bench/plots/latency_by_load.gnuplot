set title "Latency of a durable claim against load (open loop)"
set xlabel "load (% of peak)"
set ylabel "milliseconds from the intended start"
set logscale y
set format y "%g"
set xrange [0:100]
plot data using 1:3 title "p50", data using 1:4 title "p90", data using 1:5 title "p99", \
    data using 1:6 title "p99.9"
