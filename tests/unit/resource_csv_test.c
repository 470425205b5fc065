/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "csv.h"
#include "rows_fixture.h"

/* --- The writer ---------------------------------------------------------- */

static void assert_cell(struct tf_str value, const char *wanted)
{
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_csv csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_str(&csv, "first", value);
    tf_csv_text(&csv, "second", "x");
    tf_csv_end(&csv);
    assert_false(out.failed);
    assert_int_equal(out.size, strlen(wanted) + 4);
    assert_memory_equal(out.data, wanted, strlen(wanted));
    assert_string_equal(out.data + strlen(wanted), ",x\r\n");
    tf_buf_clear(&out);
}

static void cell_is_quoted_only_where_it_must_be(void **state)
{
    (void)state;
    assert_cell(TF_STR("plain; words 'so'"), "plain; words 'so'");
    assert_cell(TF_STR(" blanks stay "), " blanks stay ");
    assert_cell(TF_STR("a,b"), "\"a,b\"");
    assert_cell(TF_STR("a\nb"), "\"a\nb\"");
    assert_cell(TF_STR("a\r\nb"), "\"a\r\nb\"");
    assert_cell(TF_STR("\""), "\"\"\"\"");
    assert_cell(TF_STR("say \"so\", twice"), "\"say \"\"so\"\", twice\"");
    assert_cell(TF_STR("caf\xc3\xa9"), "caf\xc3\xa9");
}

static void absent_and_empty_are_empty_cells(void **state)
{
    (void)state;
    assert_cell(TF_STR_NULL, "");
    assert_cell(TF_STR(""), "");
}

static void words_that_begin_like_a_formula_get_an_apostrophe(void **state)
{
    (void)state;
    assert_cell(TF_STR("=1+1"), "'=1+1");
    assert_cell(TF_STR("+1"), "'+1");
    assert_cell(TF_STR("- item"), "'- item");
    assert_cell(TF_STR("@SUM(A1)"), "'@SUM(A1)");
    assert_cell(TF_STR("\t=1"), "'\t=1");
    assert_cell(TF_STR("\r=1"), "\"'\r=1\"");
    assert_cell(TF_STR("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    assert_cell(TF_STR("1-2=3"), "1-2=3");
}

static void numbers_stay_numbers(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_csv csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_number(&csv, "a", -5);
    tf_csv_number(&csv, "b", 0.25);
    tf_csv_number(&csv, "c", NAN);
    tf_csv_number(&csv, "d", INFINITY);
    tf_csv_count(&csv, "e", UINT64_MAX);
    tf_csv_bool(&csv, "f", false);
    tf_csv_end(&csv);
    assert_string_equal(out.data, "-5,0.25,,,18446744073709551615,false\r\n");
    tf_buf_clear(&out);
}

static void list_is_one_cell(void **state)
{
    (void)state;
    const struct tf_strs some = WORDS(WORD("-a"), WORD("b, c")), none = {0};
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_csv csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_strs(&csv, "some", &some);
    tf_csv_strs(&csv, "none", &none);
    tf_csv_end(&csv);
    assert_string_equal(out.data, "\"'-a; b, c\",\r\n");
    tf_buf_clear(&out);
}

static void cell_that_is_not_utf8_fails_the_whole(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_csv csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_text(&csv, "a", "\xc3");
    assert_true(out.failed);
    tf_buf_clear(&out);
}

static void line_of_one_empty_cell_is_a_line(void **state)
{
    (void)state;
    struct tf_buf out;
    tf_buf_init(&out);
    struct tf_csv csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_str(&csv, "a", TF_STR_NULL);
    tf_csv_end(&csv);
    csv = tf_csv_begin(&out, TF_CSV_ROW, NULL);
    tf_csv_empty(&csv, "a");
    tf_csv_number(&csv, "b", NAN);
    tf_csv_end(&csv);
    assert_string_equal(out.data, "\"\"\r\n,\r\n");
    tf_buf_clear(&out);
}

/* --- Rows ---------------------------------------------------------------- */

static void write_header(enum tf_list list, const struct tf_strs *fields, struct tf_buf *out)
{
    tf_buf_init(out);
    tf_resource_csv_header(list, fields, out);
    assert_false(out->failed);
}

static void write_row(enum tf_list list, const struct tf_strs *fields, struct tf_buf *out)
{
    const struct tf_result result = fixture_result(list);
    tf_buf_init(out);
    tf_resource_csv_row(list, &result, 0, fields, out);
    assert_false(out->failed);
}

static void assert_row(enum tf_list list, const struct tf_strs *fields, const char *header,
                       const char *row)
{
    struct tf_buf out;
    write_header(list, fields, &out);
    assert_string_equal(out.data, header);
    tf_buf_clear(&out);
    write_row(list, fields, &out);
    assert_string_equal(out.data, row);
    tf_buf_clear(&out);
}

static size_t count_cells(struct tf_str line)
{
    size_t cells = 1;
    bool quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        quoted ^= line.data[i] == '"';
        cells += !quoted && line.data[i] == ',';
    }
    return cells;
}

/* For the whole of each list, and for each field alone: which has a column. */
static void header_and_row_have_the_same_columns(void **state)
{
    (void)state;
    for (int list = 0; list < TF_LIST__MAX; list++) {
        size_t count, sum = 0;
        const char *const *names = tf_query_fields((enum tf_list)list, &count);
        if (!count)
            continue; /* search and summary have no rows */
        for (size_t i = 0; i <= count; i++) {
            struct tf_str field = i < count ? tf_str_of(names[i]) : TF_STR_NULL;
            struct tf_strs fields = {&field, i < count, 1};
            struct tf_buf header, row;
            write_header((enum tf_list)list, &fields, &header);
            write_row((enum tf_list)list, &fields, &row);
            assert_true(header.size > 2);
            size_t cells = count_cells(tf_buf_str(&header));
            assert_int_equal(count_cells(tf_buf_str(&row)), cells);
            if (i == count)
                assert_int_equal(cells, sum);
            sum += cells;
            tf_buf_clear(&header);
            tf_buf_clear(&row);
        }
    }
}

static void claim_is_flat(void **state)
{
    (void)state;
    assert_row(TF_LIST_CLAIMS, NULL,
               "id,text,section,kind,exact,start,end,topic,certainty,hedges,polarity,treatments,"
               "conditions,routes,source_id,source_title,source_publisher,source_url,source_href,"
               "revision,current,updated_at,prefix,suffix,href,source_text_href,deep_link\r\n",
               "03000000-0000-0000-0000-000000000000,\"Tea can: calm \"\"nerves\"\", soon\",,item,"
               "\"calm \"\"nerves\"\",\nsoon\",11,25,onset,hedged,can,affirmed,green_tea; tea,"
               "stress,oral,02000000-0000-0000-0000-000000000000,\"Tea, in short\",Tea House,"
               "https://tea.example/a,/v1/sources/02000000-0000-0000-0000-000000000000,1,true,"
               "2025-03-31T09:15:02.123Z,'- ,\"\n\","
               "/v1/claims/03000000-0000-0000-0000-000000000000,"
               "/v1/sources/02000000-0000-0000-0000-000000000000/text?revision=1,"
               "https://tea.example/a#:~:text=calm%20%22nerves%22%2C%20soon\r\n");
}

static void open_end_of_a_window_is_empty(void **state)
{
    (void)state;
    const struct tf_strs fields =
        WORDS(WORD("min"), WORD("max"), WORD("min_seconds"), WORD("max_seconds"),
              WORD("min_sessions"), WORD("route"), WORD("expression"));
    assert_row(TF_LIST_ONSET_WINDOWS, &fields,
               "min,max,min_seconds,max_seconds,min_sessions,route,expression,expression_start,"
               "expression_end\r\n",
               "PT30M,,1800,,,,after half an hour,40,60\r\n");
}

static void answer_reaches_from_its_first_span_to_its_last(void **state)
{
    (void)state;
    const struct tf_strs fields =
        WORDS(WORD("question_span"), WORD("answer_spans"), WORD("claims"));
    assert_row(TF_LIST_FAQS, &fields,
               "question_start,question_end,answer_start,answer_end,claims\r\n",
               "10,24,30,60,03000000-0000-0000-0000-000000000000; "
               "05000000-0000-0000-0000-000000000000\r\n");
}

static void lost_question_is_empty(void **state)
{
    (void)state;
    struct tf_faq_row row = {.faq = {.origin = TF_ORIGIN_ORPHAN, .answer = TF_STR("Yes.")}};
    const struct tf_result result = {.rows = {.kind = TF_KIND_FAQ, .n = 1, .faqs = &row}};
    const struct tf_strs fields = WORDS(WORD("question"), WORD("question_span"), WORD("origin"),
                                        WORD("answer"), WORD("answer_spans"), WORD("claims"));
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_csv_row(TF_LIST_FAQS, &result, 0, &fields, &out);
    assert_string_equal(out.data, ",,,orphan,Yes.,,,\r\n");
    tf_buf_clear(&out);
}

static void synonyms_are_one_cell(void **state)
{
    (void)state;
    assert_row(TF_LIST_TREATMENTS, NULL, "code,label,synonyms,claims,claims_href\r\n",
               "tea,Tea,brew; infusion,3,/v1/claims?treatment=tea\r\n");
}

static void source_shows_counts_and_share(void **state)
{
    (void)state;
    const struct tf_strs fields = WORDS(WORD("counts"), WORD("promotional_share"));
    assert_row(TF_LIST_SOURCES, &fields,
               "segments_claim,segments_question,segments_heading,segments_stem,"
               "segments_header_cell,segments_promo,segments_contact,segments_chrome,"
               "segments_meta,segments_fragment,claims,windows,faqs,studies,promotional_share\r\n",
               "3,0,0,0,0,1,0,0,0,0,3,0,0,0,0.25\r\n");
}

static void unknown_numbers_of_a_study_are_empty(void **state)
{
    (void)state;
    const struct tf_strs fields =
        WORDS(WORD("name"), WORD("year"), WORD("study_type"), WORD("participants"));
    assert_row(TF_LIST_STUDIES, &fields, "name,year,study_type,participants\r\n",
               "Leaf Journal,2021,,\r\n");
}

static void claim_without_a_primary_span_fails(void **state)
{
    (void)state;
    struct tf_claim_row row = fixture_claim;
    row.claim.spans.n = 1;
    const struct tf_result result = {.rows = {.kind = TF_KIND_CLAIM, .n = 1, .claims = &row}};
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_csv_row(TF_LIST_CLAIMS, &result, 0, NULL, &out);
    assert_true(out.failed);
    tf_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cell_is_quoted_only_where_it_must_be),
        cmocka_unit_test(absent_and_empty_are_empty_cells),
        cmocka_unit_test(words_that_begin_like_a_formula_get_an_apostrophe),
        cmocka_unit_test(numbers_stay_numbers),
        cmocka_unit_test(list_is_one_cell),
        cmocka_unit_test(cell_that_is_not_utf8_fails_the_whole),
        cmocka_unit_test(line_of_one_empty_cell_is_a_line),
        cmocka_unit_test(header_and_row_have_the_same_columns),
        cmocka_unit_test(claim_is_flat),
        cmocka_unit_test(open_end_of_a_window_is_empty),
        cmocka_unit_test(answer_reaches_from_its_first_span_to_its_last),
        cmocka_unit_test(lost_question_is_empty),
        cmocka_unit_test(synonyms_are_one_cell),
        cmocka_unit_test(source_shows_counts_and_share),
        cmocka_unit_test(unknown_numbers_of_a_study_are_empty),
        cmocka_unit_test(claim_without_a_primary_span_fails),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
