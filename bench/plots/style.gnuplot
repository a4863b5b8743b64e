# style.gnuplot -- What all plots share. Before it, `data` and `picture` are set.
set terminal svg size 720,420 font "sans-serif,13" background "white"
set output picture
set grid linecolor rgb "#dddddd"
set border 3
set tics nomirror
set key left top reverse Left
set style data linespoints
set linetype 1 linecolor rgb "#1f5fa8" linewidth 2 pointtype 7 pointsize 0.7
set linetype 2 linecolor rgb "#c8561e" linewidth 2 pointtype 5 pointsize 0.7
set linetype 3 linecolor rgb "#3b8f4a" linewidth 2 pointtype 9 pointsize 0.8
set linetype 4 linecolor rgb "#7a4ea3" linewidth 2 pointtype 13 pointsize 0.9
set format y "%.0f"
