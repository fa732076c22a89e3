#include "alert/transition.h"

namespace keepwatch::alert {

void shift(Alert& alert, Duration by) {
    for (auto* t :
         {&alert.active_at, &alert.fired_at, &alert.resolved_at, &alert.keep_firing_since})
        if (t->ms != 0) *t = *t + by;
}

} // namespace keepwatch::alert
