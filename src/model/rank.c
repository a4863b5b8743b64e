#include "model/rank.h"
