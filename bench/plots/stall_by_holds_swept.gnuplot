set title "Longest wait of any other caller while holds expire at one instant"
set xlabel "holds that expire"
set ylabel "milliseconds"
set logscale x
set format x "10^{%L}"
set yrange [0:*]
plot data using 1:2 title "while they expire", data using 1:3 title "undisturbed"
