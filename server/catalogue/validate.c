#include "server/catalogue/validate.h"

#include <string.h>

#include "server/catalogue/field.h"
#include "server/catalogue/message.h"

static enum status check_concert(struct call *call, const Onsale__V1__Concert *concert)
{
    const struct field_path path = {.text = "concert"};
    if (concert == NULL) return call_bad_field(call, "concert", "is missing");

    enum status err =
        field_check_range(call, &path, "concert_id", concert->concert_id, 1, UINT32_MAX);
    if (err == STATUS_OK)
        err = field_check_title(call, &path, "title", concert->title, 1, LONG_NAME_BYTES_MAX);
    if (err == STATUS_OK)
        err = field_check_title(call, &path, "artist", concert->artist, 0, LONG_NAME_BYTES_MAX);
    if (err == STATUS_OK)
        err = field_check_title(call, &path, "venue", concert->venue, 0, LONG_NAME_BYTES_MAX);
    return err;
}

static enum status check_layouts(struct call *call,
                                 const Onsale__V1__ImportCatalogueRequest *request)
{
    if (request->n_layouts < 1 || request->n_layouts > LAYOUTS_PER_IMPORT_MAX)
        return call_bad_field(call, "layouts", "must be 1..%d", LAYOUTS_PER_IMPORT_MAX);

    for (size_t i = 0; i < request->n_layouts; i++) {
        struct field_path path = field_path_make("layouts[%zu]", i);
        enum status err = catalogue_validate_layout(call, request->layouts[i], path.text);
        if (err != STATUS_OK) return err;
        if (find_layout(request, request->layouts[i]->layout_id) != request->layouts[i])
            return field_refuse(call, &path, "layout_id", "is named twice");
    }
    return STATUS_OK;
}

static enum status check_tiers(struct call *call, const Onsale__V1__Performance *performance,
                               const struct field_path *path)
{
    enum status err = field_check_range(call, path, "tiers", (int64_t)performance->n_tiers, 1,
                                        TIERS_PER_PERFORMANCE_MAX);
    for (size_t i = 0; i < performance->n_tiers && err == STATUS_OK; i++) {
        const Onsale__V1__PriceTier *tier = performance->tiers[i];
        struct field_path tier_path = field_path_make("%s.tiers[%zu]", path->text, i);
        err = field_check_name(call, &tier_path, "name", tier->name, NAME_BYTES_MAX);
        if (err == STATUS_OK)
            err = field_check_range(call, &tier_path, "price", tier->price, 0, SEAT_PRICE_MAX);
    }
    return err;
}

static enum status check_hall(struct call *call, const Onsale__V1__ImportCatalogueRequest *request,
                              const Onsale__V1__Performance *performance,
                              const struct field_path *path)
{
    const Onsale__V1__SeatLayout *layout = find_layout(request, performance->layout_id);
    if (layout == NULL)
        return field_refuse(call, path, "layout_id", "is not a layout of this import");
    for (size_t i = 0; i < layout->n_sections; i++)
        if (layout->sections[i]->tier_index >= performance->n_tiers)
            return field_refuse(call, path, "tiers", "do not have the tier of every section");
    return STATUS_OK;
}

static enum status check_moment(struct call *call, const struct field_path *path, const char *field,
                                unix_ms moment_ms)
{
    if (moment_ms >= 0) return STATUS_OK;
    return field_refuse(call, path, field, "must not be before 1970-01-01T00:00:00Z");
}

static enum status check_moments(struct call *call, const Onsale__V1__Performance *performance,
                                 const struct field_path *path)
{
    enum status err = check_moment(call, path, "starts_at_ms", performance->starts_at_ms);
    if (err == STATUS_OK)
        err = check_moment(call, path, "sale_opens_at_ms", performance->sale_opens_at_ms);
    if (err == STATUS_OK && performance->sale_opens_at_ms >= performance->sale_closes_at_ms)
        err = field_refuse(call, path, "sale_closes_at_ms", "must be later than sale_opens_at_ms");
    return err;
}

static enum status check_currency(struct call *call, const Onsale__V1__Performance *performance,
                                  const struct field_path *path)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *currency = performance->currency;
    size_t bytes = strlen(currency);
    if (bytes == 0 || (bytes == CURRENCY_BYTES && strspn(currency, letters) == bytes))
        return STATUS_OK;
    return field_refuse(call, path, "currency", "must be three capital letters");
}

static enum status check_performance(struct call *call,
                                     const Onsale__V1__ImportCatalogueRequest *request,
                                     const Onsale__V1__Performance *performance,
                                     const struct field_path *path)
{
    enum status err =
        field_check_range(call, path, "performance_id", performance->performance_id, 1, UINT32_MAX);
    if (err != STATUS_OK) return err;
    if (find_performance(request, performance->performance_id) != performance)
        return field_refuse(call, path, "performance_id", "is named twice");
    if (performance->concert_id != request->concert->concert_id)
        return field_refuse(call, path, "concert_id", "is not the concert of this import");
    err = check_moments(call, performance, path);
    if (err == STATUS_OK) err = check_currency(call, performance, path);
    if (err != STATUS_OK) return err;
    err = check_tiers(call, performance, path);
    return err == STATUS_OK ? check_hall(call, request, performance, path) : err;
}

static enum status check_performances(struct call *call,
                                      const Onsale__V1__ImportCatalogueRequest *request)
{
    if (request->n_performances < 1 || request->n_performances > PERFORMANCES_PER_IMPORT_MAX)
        return call_bad_field(call, "performances", "must be 1..%d", PERFORMANCES_PER_IMPORT_MAX);

    enum status err = STATUS_OK;
    for (size_t i = 0; i < request->n_performances && err == STATUS_OK; i++) {
        struct field_path path = field_path_make("performances[%zu]", i);
        err = check_performance(call, request, request->performances[i], &path);
    }
    return err;
}

enum status catalogue_validate(struct call *call, const Onsale__V1__ImportCatalogueRequest *request)
{
    enum status err = check_concert(call, request->concert);
    if (err == STATUS_OK) err = check_layouts(call, request);
    if (err == STATUS_OK) err = check_performances(call, request);
    return err;
}
