set title "Longest wait of any other caller while holds expire at one instant: medians of the rounds, worst dashed"
set xlabel "holds that expire"
set ylabel "milliseconds"
set logscale x
set format x "10^{%L}"
set xrange [800:*]
set yrange [0:*]
set key outside below
plot data using 1:2 linetype 1 title "while they expire", data using 1:3 linetype 1 dashtype 2 notitle, \
     data using 1:4 linetype 3 title "after a stop, without holds", \
     data using 1:5 linetype 3 dashtype 2 notitle, \
     data using 1:6 linetype 2 title "the disk alone", data using 1:7 linetype 2 dashtype 2 notitle
