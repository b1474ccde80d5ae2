/* Implicit definitions that are solved together. The Dyson iteration works on "length" numbers, Newton on "unknowns". */
typedef struct {
    int unknowns, length;
    double damping[2];
    int positive, certain, settles;
    void (*initial)(num *, const num *, const Data *);
    void (*sweep)(num *, const num *, const num *, const Data *);
    void (*quantities)(num *, const num *, const num *, const Data *);
    void (*equations)(num *, num *, num *, const num *, const num *, const Data *);
    double (*evidence)(const num *, const num *, const Data *);
    int states, sizes[MOST_STATES];
} Block;

/* The largest residual of the printed definitions, in units of their unknowns; infinite where it is no number. */
static double relative(const num *f, const num *below, const num *x, int k)
{
    double top = 0, found = 0;
    for (int i = 0; i < k; i++) if (ABS(x[i]) > top) top = ABS(x[i]);
    for (int i = 0; i < k; i++) {
        double size = ABS(f[i] / below[i]) / (ABS(x[i]) + top * POLICY.floor + POLICY.tiny);
        if (!isfinite(size) || !isfinite(ABS(x[i]))) return INFINITY;
        if (size > found) found = size;
    }
    return found;
}

/* Newton from x, each step kept only where it helps, and the evidence where it ends. It may not leave the neighbourhood that
   the iteration chose (what starts at zero is linear), or, where the solution is known to be positive, the positive numbers. */
static void attempt(const Block *b, num *x, double *residual, double *gamma, const num *p, const Data *data, int steps, int positive)
{
    int k = b->unknowns;
    num f[k], slope[k * k], below[k], step[k], copy[k * k], trial[k], trial_f[k], trial_slope[k * k], begin[k];
    double top = 0;
    for (int i = 0; i < k; i++) { begin[i] = x[i]; if (ABS(x[i]) > top) top = ABS(x[i]); }
    b->equations(f, slope, below, x, p, data);
    *residual = relative(f, below, x, k);
    for (int turn = 0; turn < steps && *residual > POLICY.exact; turn++) {
        memcpy(copy, slope, sizeof copy);
        memcpy(step, f, sizeof step);
        if (!eliminate(copy, step, k, 1)) break;
        int fits = 1;
        double largest = 0;
        for (int i = 0; i < k; i++) {
            trial[i] = x[i] - step[i];
            double first = ABS(begin[i]), room = POLICY.room * (first > POLICY.floor * top ? first : POLICY.floor * top);
            if (first > 0 && !(positive ? REAL(trial[i]) > 0 : ABS(trial[i] - begin[i]) <= room)) fits = 0;
            double moved = ABS(step[i]) / (ABS(trial[i]) + POLICY.tiny);
            if (moved > largest) largest = moved;
        }
        if (!fits) break;
        b->equations(trial_f, trial_slope, below, trial, p, data);
        double size = relative(trial_f, below, trial, k);
        if (!(size < *residual)) break;
        memcpy(x, trial, sizeof trial);
        memcpy(f, trial_f, sizeof f);
        memcpy(slope, trial_slope, sizeof slope);
        *residual = size;
        if (largest < POLICY.last_step) break;
    }
    if (*residual > POLICY.converged && *residual < POLICY.unsure) {
        /* Rounding alone may leave this; then the step that Newton would take is the relative error of the unknowns. */
        num one[k];
        for (int i = 0; i < k; i++) one[i] = 1;
        memcpy(copy, slope, sizeof copy);
        memcpy(step, f, sizeof step);
        double error = eliminate(copy, step, k, 1) ? relative(step, one, x, k) : INFINITY;
        if (error < *residual) *residual = error;
    }
    *gamma = b->evidence ? b->evidence(x, p, data) : 0;
    if (isnan(*gamma)) *gamma = INFINITY;
}

static void begun(const Block *b, num *x, const num *state, const num *p, const Data *data)
{
    int k = b->unknowns;
    b->quantities(x, state, p, data);
    num f[k], slope[k * k], below[k];
    for (int turn = 0; b->settles && turn < POLICY.settling_sweeps; turn++) {
        b->equations(f, slope, below, x, p, data);
        for (int i = 0; i < k; i++) x[i] += POLICY.settling * f[i] / below[i];
    }
}

/* Sweeps S <- R(H); returns the relative change of the last: where it is not small, no neighbourhood was found. */
static double iterated(const Block *b, num *state, const num *p, const Data *data, double damping, int sweeps)
{
    num fresh[b->length];
    double change = INFINITY;
    for (int turn = 0; turn < sweeps && change > POLICY.still; turn++) {
        b->sweep(fresh, state, p, data);
        change = 0;
        for (int s = 0, place = 0; s < b->states; s++) {
            double gap = 0, size = POLICY.sweep_floor;
            for (int end = place + b->sizes[s] * b->sizes[s]; place < end; place++) {
                gap += ABS(fresh[place] - state[place]);
                size += ABS(fresh[place]);
                state[place] += damping * (fresh[place] - state[place]);
            }
            double moved = gap / size;
            if (!isfinite(moved)) moved = INFINITY;
            if (moved > change) change = moved;
        }
    }
    return change;
}

/* One point: first from above, where one positive solution exists: a sweep from S = 0, and Newton. Then by the iteration from
   R(0), which sums diagrams order by order and so chooses the branch, with Newton from where it stands. */
static void solved(const Block *b, num *x, double *residual, double *gamma, const num *p, int real, const Data *data, const num *start)
{
    if (start) memcpy(x, start, (size_t)b->unknowns * sizeof(num));
    if (start || !b->sweep) {
        if (!start) begun(b, x, 0, p, data);
        attempt(b, x, residual, gamma, p, data, POLICY.steps, 0);
        return;
    }
    num state[b->length], nothing[b->length];
    b->initial(state, p, data);
    if (b->positive && real) {
        num first[b->length];
        for (int i = 0; i < b->length; i++) nothing[i] = POLICY.above * state[i];
        b->sweep(first, nothing, p, data);
        begun(b, x, first, p, data);
        attempt(b, x, residual, gamma, p, data, POLICY.steps_above, 1);
        if (*residual < POLICY.converged && *gamma < POLICY.critical) return;
    }
    double damping = b->damping[!real];
    for (int stage = 0; stage < (int)(sizeof POLICY.sweeps / sizeof *POLICY.sweeps); stage++) {
        double change = iterated(b, state, p, data, damping, POLICY.sweeps[stage]);
        begun(b, x, state, p, data);
        attempt(b, x, residual, gamma, p, data, POLICY.steps, 0);
        if (!b->certain && !(change < POLICY.change[stage])) *residual = INFINITY;
        if (*residual < POLICY.converged && *gamma < POLICY.critical) return;
        damping *= POLICY.slowing[stage];
    }
}
