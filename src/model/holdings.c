#include "model/holdings.h"
