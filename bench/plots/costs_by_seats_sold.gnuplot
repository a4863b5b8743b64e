set terminal svg size 960,640 font "sans-serif,13" background "white"
set multiplot layout 2,2 title "What seats ever sold cost"
set logscale x
set format x "10^{%L}"
set xlabel "seats sold"
set yrange [0:*]
unset key
set ylabel "claims a second"
plot data using 1:2
set ylabel "bytes on disk for a seat"
plot data using 1:3
set ylabel "memory of the server (MB)"
plot data using 1:4
set format y "%g"
set ylabel "start-up (seconds)"
plot data using 1:5
unset multiplot
