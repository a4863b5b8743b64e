#include "model/seat.h"
