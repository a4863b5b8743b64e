#include "model/catalog.h"
