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

uint32_t
sketch_root(uint64_t number)
{
    uint64_t rest = number;
    uint64_t root = 0;

    /* Two bits of the number for each of the root. */
    for (uint64_t bit = (uint64_t)1 << 62; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (uint32_t)root;
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

bool
sketch_maps(const struct sketch_keys *keys, uint64_t short_id, uint32_t cell)
{
    struct sketch_walk walk = sketch_walk_begin(keys, short_id);

    while (walk.cell < cell)
        sketch_walk_next(&walk);
    return walk.cell == cell;
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
