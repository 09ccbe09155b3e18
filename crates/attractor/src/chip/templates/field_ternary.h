/* h_i, the sum of w_ij s_j over the known neurons j, and the bias, for i below @NAME@_NEURONS. */
static inline int32_t @name@_field(uint32_t i, const uint32_t *state, const uint32_t *known)
{
    /* The +1 weights, then the -1 weights. */
    const uint32_t *plus = @name@_weights + i * @NAME@_PLANES * @NAME@_WORDS;
    const uint32_t *minus = plus + @NAME@_WORDS;
    int32_t sum = @bias@;
    uint32_t w;
    for (w = 0; w < @NAME@_WORDS; w++) {
        /* A product is +1 where weight and state agree. */
        const uint32_t all = (plus[w] | minus[w]) & known[w];
        const uint32_t agreeing = ((plus[w] & state[w]) | (minus[w] & ~state[w])) & all;
        sum += 2 * @name@_ones(agreeing) - @name@_ones(all);
    }
    return sum;
}
