#include "model/wallet.h"
