#include "net/sketch_map.h"

#include "core/hash.h"

/* The finalizer of MurmurHash3: what matters is that it is not linear over
 * XOR. */
static uint64_t
mix(uint64_t z)
{
    z ^= z >> 33;
    z *= 0xff51afd7ed558ccd;
    z ^= z >> 33;
    z *= 0xc4ceb9fe1a85ec53;
    z ^= z >> 33;
    return z;
}

/* The output of SplitMix64 for a state. */
static uint64_t
split_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

struct sketch_keys
sketch_keys_of(const struct salt *salt)
{
    static const uint8_t one = 1;
    static const uint8_t two = 2;

    return (struct sketch_keys){
        .check = hash_short(salt->octets, byte_view_of(&one, 1)),
        .map = hash_short(salt->octets, byte_view_of(&two, 1)),
    };
}

uint32_t
sketch_check(const struct sketch_keys *keys, uint64_t short_id)
{
    return (uint32_t)(mix(short_id ^ keys->check) >> 32);
}

struct sketch_walk
sketch_walk_begin(const struct sketch_keys *keys, uint64_t short_id)
{
    return (struct sketch_walk){mix(short_id + keys->map), 0};
}

/* The root of a number between bits 8 i and 8 i + 8 is taken from that of its
 * highest octet: 16 times the root of i + 64.5, at most 255. */
static uint32_t
root_of_octet(uint64_t octet)
{
    static const uint8_t roots[192] = {
        128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141,
        142, 143, 144, 144, 145, 146, 147, 148, 149, 150, 151, 151, 152, 153,
        154, 155, 156, 156, 157, 158, 159, 160, 160, 161, 162, 163, 164, 164,
        165, 166, 167, 167, 168, 169, 170, 170, 171, 172, 173, 173, 174, 175,
        176, 176, 177, 178, 179, 179, 180, 181, 181, 182, 183, 183, 184, 185,
        186, 186, 187, 188, 188, 189, 190, 190, 191, 192, 192, 193, 194, 194,
        195, 196, 196, 197, 198, 198, 199, 200, 200, 201, 201, 202, 203, 203,
        204, 205, 205, 206, 206, 207, 208, 208, 209, 210, 210, 211, 211, 212,
        213, 213, 214, 214, 215, 216, 216, 217, 217, 218, 219, 219, 220, 220,
        221, 221, 222, 223, 223, 224, 224, 225, 225, 226, 227, 227, 228, 228,
        229, 229, 230, 230, 231, 232, 232, 233, 233, 234, 234, 235, 235, 236,
        237, 237, 238, 238, 239, 239, 240, 240, 241, 241, 242, 242, 243, 243,
        244, 244, 245, 246, 246, 247, 247, 248, 248, 249, 249, 250, 250, 251,
        251, 252, 252, 253, 253, 254, 254, 255, 255, 255,
    };

    return roots[octet - 64];
}

uint32_t
sketch_root(uint64_t number)
{
    uint64_t high = number;
    unsigned halvings = 0;
    uint64_t root;

    if (number == 0)
        return 0;
    for (; high >> 62 == 0; high <<= 2)
        halvings++;
    /* Two of Newton's steps, from 8 bits to 16 and to 32: at most one too
     * much (M. Dickinson, for CPython's math.isqrt). */
    root = root_of_octet(high >> 56);
    root = (root << 7) + (uint32_t)(high >> 41) / (uint32_t)root;
    root = ((root << 15) + (high >> 17) / root) >> halvings;
    return (uint32_t)(root * root > number ? root - 1 : root);
}

void
sketch_walk_next(struct sketch_walk *walk)
{
    static const uint32_t last = (uint32_t)1 << 30;
    const uint64_t cell = walk->cell;
    uint64_t root;
    uint64_t step;

    walk->state += 0x9e3779b97f4a7c15;
    root = sketch_root(split_mix(walk->state) | 1);
    step = (2 * cell + 3) * (((uint64_t)1 << 32) - root) / (2 * root) + 1;
    walk->cell = step > last - cell ? SKETCH_WALK_END : (uint32_t)(cell + step);
}

uint32_t
sketch_rho(uint32_t cell)
{
    static const uint32_t rho[95] = {
        2748779069U, 2103657451U, 1696777203U, 1419823899U, 1219872368U,
        1068969638U, 951134626U,  856613975U,  779132389U,  714474710U,
        659706976U,  612725101U,  571981375U,  536312253U,  504826275U,
        476829022U,  451771578U,  429214351U,  408801170U,  390240403U,
        373290984U,  357751916U,  343454277U,  330255078U,  318032466U,
        306681962U,  296113473U,  286248897U,  277020196U,  268367822U,
        260239438U,  252588854U,  245375153U,  238561960U,  232116828U,
        226010723U,  220217584U,  214713955U,  209478667U,  204492563U,
        199738271U,  195199993U,  190863336U,  186715158U,  182743434U,
        178937141U,  175286155U,  171781163U,  168413578U,  165175479U,
        162059536U,  159058968U,  156167483U,  153379239U,  150688804U,
        148091121U,  145581476U,  143155466U,  140808981U,  138538174U,
        136339441U,  134209406U,  132144898U,  130142940U,  128200731U,
        126315636U,  124485172U,  122707000U,  120978908U,  119298812U,
        117664740U,  116074825U,  114527302U,  113020498U,  111552826U,
        110122782U,  108728937U,  107369935U,  106044483U,  104751357U,
        103489386U,  102257459U,  101054515U,  99879544U,   98731581U,
        97609705U,   96513038U,   95440738U,   94392004U,   93366066U,
        92362189U,   91379669U,   90417832U,   89476032U,   88553649U,
    };

    return rho[cell - 1];
}
