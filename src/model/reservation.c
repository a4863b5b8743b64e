#include "model/reservation.h"
