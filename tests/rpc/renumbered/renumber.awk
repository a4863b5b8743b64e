# renumber.awk -- A copy of rpc.proto in which every field has another number, whose tag takes two
# bytes, and every message has one field more.
/^enum / { is_enum = 1 }
/^}/ { is_enum = 0 }
!is_enum && match($0, /= [0-9]+;$/) {
    $0 = substr($0, 1, RSTART - 1) "= " substr($0, RSTART + 2, RLENGTH - 3) + 16 ";"
}
{ print }
/^message / { print "  // Added.\n  uint64 added = 1;" }
