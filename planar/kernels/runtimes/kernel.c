#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Compile once as it is for real parameters and once with -DCOMPLEX for complex ones. */
#ifdef COMPLEX
typedef double complex num;
#define CONJ(x) conj(x)
#define ABS(x) cabs(x)
#define SQRT(x) csqrt(x)
#define EXP(x) cexp(x)
#define LOG(x) clog(x)
#define SIN(x) csin(x)
#define COS(x) ccos(x)
#define POW(x, y) cpow(x, y)
#else
typedef double num;
#define CONJ(x) (x)
#define ABS(x) fabs(x)
#define SQRT(x) sqrt(x)
#define EXP(x) exp(x)
#define LOG(x) log(x)
#define SIN(x) sin(x)
#define COS(x) cos(x)
#define POW(x, y) pow(x, y)
#endif
#define REAL(x) creal(x)
#define IMAG(x) cimag(x)
#define MAX(x, y) larger(REAL(x), REAL(y))

/* The larger of two, not a number where one is none. */
static double larger(double x, double y) { return isnan(x) || isnan(y) ? NAN : x > y ? x : y; }

static int finite_all(const num *a, long size)
{
    for (long i = 0; i < size; i++) if (!isfinite(REAL(a[i])) || !isfinite(IMAG(a[i]))) return 0;
    return 1;
}

static num powi(num x, int k) { num y = 1; while (k-- > 0) y *= x; return y; }

/* A divided difference of points x and y: its quotient, or the slope where they meet. */
static num near(num x, num y, num slope, num quotient) { return ABS(x - y) < POLICY.meeting * (1 + ABS(x)) ? slope : quotient; }

/* Memory of one call: taken piece by piece, given back all at once. */
typedef struct chunk { struct chunk *before; num entries[]; } chunk;
static num *take(chunk **work, long size)
{
    chunk *c = malloc(sizeof(chunk) + (size_t)size * sizeof(num));
    c->before = *work;
    *work = c;
    return c->entries;
}
static void give_back(chunk *work) { while (work) { chunk *c = work->before; free(work); work = c; } }

static void matmul(num *out, const num *a, const num *b, long n, long k, long m)
{
    memset(out, 0, (size_t)(n * m) * sizeof(num));
    for (long i = 0; i < n; i++)
        for (long l = 0; l < k; l++) {
            num x = a[i * k + l];
            for (long j = 0; j < m; j++) out[i * m + j] += x * b[l * m + j];
        }
}

/* Solves a x = b for the m columns of b in place, by elimination with row exchanges; zero where a is singular or no number. */
static int eliminate(num *a, num *b, long n, long m)
{
    if (!finite_all(a, n * n) || !finite_all(b, n * m)) return 0;
    for (long c = 0; c < n; c++) {
        long p = c;
        for (long i = c + 1; i < n; i++) if (ABS(a[i * n + c]) > ABS(a[p * n + c])) p = i;
        if (!(ABS(a[p * n + c]) > 0)) return 0;
        for (long j = 0; j < n && p != c; j++) { num t = a[c * n + j]; a[c * n + j] = a[p * n + j]; a[p * n + j] = t; }
        for (long j = 0; j < m && p != c; j++) { num t = b[c * m + j]; b[c * m + j] = b[p * m + j]; b[p * m + j] = t; }
        num scale = 1 / a[c * n + c];
        for (long j = c; j < n; j++) a[c * n + j] *= scale;
        for (long j = 0; j < m; j++) b[c * m + j] *= scale;
        for (long i = 0; i < n; i++) {
            num x = a[i * n + c];
            if (i == c || x == 0) continue;
            for (long j = c; j < n; j++) a[i * n + j] -= x * a[c * n + j];
            for (long j = 0; j < m; j++) b[i * m + j] -= x * b[c * m + j];
        }
    }
    return 1;
}

static void minverse(num *out, const num *a, long n, chunk **work)
{
    num *copy = take(work, n * n);
    memcpy(copy, a, (size_t)(n * n) * sizeof(num));
    for (long i = 0; i < n * n; i++) out[i] = i % (n + 1) == 0;
    if (!eliminate(copy, out, n, n) || !finite_all(out, n * n)) for (long i = 0; i < n * n; i++) out[i] = NAN;
}

/* Trace of the product of an n x m and an m x n matrix. */
static num inner(const num *a, const num *b, long n, long m)
{
    num sum = 0;
    for (long i = 0; i < n; i++) for (long j = 0; j < m; j++) sum += a[i * m + j] * b[j * n + i];
    return sum;
}

static void kron(num *out, const num *a, const num *b, long n)
{
    long w = n * n;
    for (long i = 0; i < n; i++) for (long j = 0; j < n; j++)
        for (long k = 0; k < n; k++) for (long l = 0; l < n; l++)
            out[(i * n + k) * w + j * n + l] = a[i * n + j] * b[k * n + l];
}

/* One step of S = R(H) for a spectrum, mean of b/(1 + H (S - b)) over the mean of one. */
static num spectrum_step(num s, num h, const double *b, const double *w, long count)
{
    num above = 0, below = 0;
    for (long i = 0; i < count; i++) { num d = w[i] / (1 + h * (s - b[i])); above += d * b[i]; below += d; }
    return above / below;
}

static void spectrum_step_matrix(num *out, const num *s, const num *h, const double *b, const double *w, long count, long n, chunk **work)
{
    num *total = take(work, n * n), *mean = take(work, n * n), *x = take(work, n * n), *y = take(work, n * n);
    memset(total, 0, (size_t)(n * n) * sizeof(num));
    memset(mean, 0, (size_t)(n * n) * sizeof(num));
    for (long k = 0; k < count; k++) {
        for (long i = 0; i < n * n; i++) x[i] = s[i] - (i % (n + 1) == 0 ? b[k] : 0);
        matmul(y, h, x, n, n, n);
        for (long i = 0; i < n; i++) y[i * (n + 1)] += 1;
        minverse(x, y, n, work);
        for (long i = 0; i < n * n; i++) { total[i] += w[k] * x[i]; mean[i] += w[k] * b[k] * x[i]; }
    }
    minverse(x, total, n, work);
    matmul(out, mean, x, n, n, n);
}

/* M_S beside M_H of mean of (S - b) D = 0, D = (1 + H (S - b))^-1, between S and its adjoint. */
static void spectrum_rung(num *out, const num *s, const num *h, const num *s_star, const num *h_star, const double *b, const double *w,
                          long count, long n, chunk **work)
{
    long v = n * n;
    num *p[8], *pairs = take(work, v * v);
    for (int i = 0; i < 8; i++) p[i] = take(work, v);
    memset(out, 0, (size_t)(2 * v * v) * sizeof(num));
    for (long k = 0; k < count; k++) {
        for (int side = 0; side < 2; side++) {
            const num *t = side ? s_star : s;
            for (long i = 0; i < v; i++) p[0][i] = t[i] - (i % (n + 1) == 0 ? b[k] : 0);
            matmul(p[1], side ? h_star : h, p[0], n, n, n);
            for (long i = 0; i < n; i++) p[1][i * (n + 1)] += 1;
            minverse(p[2], p[1], n, work);
            matmul(p[3 + side], p[0], p[2], n, n, n);
        }
        matmul(p[5], p[3], h, n, n, n);
        for (long i = 0; i < v; i++) p[5][i] = (i % (n + 1) == 0) - p[5][i];
        for (long i = 0; i < n; i++) for (long j = 0; j < n; j++) { p[6][i * n + j] = p[2][j * n + i]; p[7][i * n + j] = p[4][j * n + i]; }
        kron(pairs, p[5], p[6], n);
        for (long i = 0; i < v; i++) for (long j = 0; j < v; j++) out[i * 2 * v + j] += w[k] * pairs[i * v + j];
        kron(pairs, p[3], p[7], n);
        for (long i = 0; i < v; i++) for (long j = 0; j < v; j++) out[i * 2 * v + v + j] -= w[k] * pairs[i * v + j];
    }
}

/* Eigenvalues of a complex matrix: to Hessenberg form by elimination, then QR with Wilkinson's shift. The matrix is lost. */
static int eigenvalues(double complex *a, double complex *values, int n)
{
    for (int m = 1; m < n - 1; m++) {
        int p = m;
        for (int i = m; i < n; i++) if (cabs(a[i * n + m - 1]) > cabs(a[p * n + m - 1])) p = i;
        if (cabs(a[p * n + m - 1]) == 0) continue;
        for (int j = 0; j < n && p != m; j++) { double complex t = a[p * n + j]; a[p * n + j] = a[m * n + j]; a[m * n + j] = t; }
        for (int i = 0; i < n && p != m; i++) { double complex t = a[i * n + p]; a[i * n + p] = a[i * n + m]; a[i * n + m] = t; }
        for (int i = m + 1; i < n; i++) {
            double complex y = a[i * n + m - 1] / a[m * n + m - 1];
            if (y == 0) continue;
            for (int j = 0; j < n; j++) a[i * n + j] -= y * a[m * n + j];
            for (int k = 0; k < n; k++) a[k * n + m] += y * a[k * n + i];
        }
    }
    for (int top = n - 1, turns = 0; top >= 0;) {
        int low = top;
        while (low > 0 && cabs(a[low * n + low - 1]) > 1e-16 * (cabs(a[low * n + low]) + cabs(a[(low - 1) * (n + 1)]))) low--;
        if (low == top) { values[top] = a[top * (n + 1)]; top--; turns = 0; continue; }
        if (++turns > 200) return 0;
        double complex p = a[(top - 1) * (n + 1)], q = a[(top - 1) * n + top], r = a[top * n + top - 1], s = a[top * (n + 1)];
        double complex root = csqrt((p - s) * (p - s) / 4 + q * r), shift = (p + s) / 2;
        shift += cabs(shift + root - s) < cabs(shift - root - s) ? root : -root;
        if (turns % 11 == 10) shift = cabs(r) + cabs(s);
        double complex cs[n], sn[n];
        for (int i = low; i <= top; i++) a[i * (n + 1)] -= shift;
        for (int k = low; k < top; k++) {
            double complex x = a[k * (n + 1)], y = a[(k + 1) * n + k];
            double size = sqrt(creal(x * conj(x)) + creal(y * conj(y)));
            cs[k] = size > 0 ? x / size : 1; sn[k] = size > 0 ? y / size : 0;
            for (int j = k; j <= top; j++) {
                double complex u = a[k * n + j], v = a[(k + 1) * n + j];
                a[k * n + j] = conj(cs[k]) * u + conj(sn[k]) * v;
                a[(k + 1) * n + j] = cs[k] * v - sn[k] * u;
            }
        }
        for (int k = low; k < top; k++)
            for (int i = low; i <= (k + 2 < top ? k + 2 : top); i++) {
                double complex u = a[i * n + k], v = a[i * n + k + 1];
                a[i * n + k] = u * cs[k] + v * sn[k];
                a[i * n + k + 1] = conj(cs[k]) * v - conj(sn[k]) * u;
            }
        for (int i = low; i <= top; i++) a[i * (n + 1)] += shift;
    }
    return 1;
}

static double extreme(const num *a, int n, int sign, chunk **work)
{
    double complex *copy = (double complex *)take(work, 2 * n * n), *values = (double complex *)take(work, 2 * n);
    double found = -INFINITY;
    if (!finite_all(a, n * n)) return INFINITY;
    for (int i = 0; i < n * n; i++) copy[i] = sign * a[i];
    if (!eigenvalues(copy, values, n)) return INFINITY;
    for (int i = 0; i < n; i++) if (creal(values[i]) > found) found = creal(values[i]);
    return found;
}

/* gamma of a resolvent with its adjoint, the largest real part of an eigenvalue of their ladder; below 1 on the branch.
   Where R has a root (rooted), a rung is infinite at its branch point, which is no singularity of the sum: beyond it the
   eigenvalues of M_S + M_H loops tell, which reach 0 where the sum diverges. */
static double radius(const num *on_s, const num *on_h, const num *loops, int n, int rooted, chunk **work)
{
    num *a = take(work, n * n), *b = take(work, n * n), *c = take(work, n * n);
    memcpy(a, on_s, (size_t)(n * n) * sizeof(num));
    matmul(c, on_h, loops, n, n, n);
    memcpy(b, c, (size_t)(n * n) * sizeof(num));
    if (!eliminate(a, b, n, n)) return INFINITY;
    double found = extreme(b, n, -1, work);
    if (rooted && isfinite(found)) {
        for (int i = 0; i < n * n; i++) c[i] += on_s[i];
        double least = 1 + extreme(c, n, -1, work);
        if (least < found) found = least;
    }
    return isnan(found) ? INFINITY : found;
}

/* H between a resolvent and its adjoint from their S: traces of two propagators on the pairs (o, p), (x, y) within a letter. */
static void loops_of(num *out, num **g, const long *length, const int *letter, const int *transposed, int n)
{
    int count = 0, o[n * n], p[n * n];
    for (int k = 0; k < n; k++) for (int i = 0; i < n; i++) for (int j = 0; j < n; j++)
        if (letter[i] == k && letter[j] == k) { o[count] = i; p[count++] = j; }
    for (int r = 0; r < count; r++) for (int c = 0; c < count; c++) {
        num sum = 0;
        const num *left = g[o[r] * n + o[c]], *right = g[p[r] * n + p[c]];
        long size = length[o[r] * n + o[c]], other = length[p[r] * n + p[c]];
        int same = transposed[o[r]] == transposed[p[r]] && transposed[o[c]] == transposed[p[c]];
        for (long i = 0; same && i < (size < other ? size : other); i++) sum += left[i] * CONJ(right[i]);
        out[r * count + c] = sum;
    }
}
