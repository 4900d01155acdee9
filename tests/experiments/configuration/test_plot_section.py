from experiments.plot_section import columns

KINDS = "pareto, row_length, sweep, convergence, distribution, certified."
SMALL = "workloads: [rows]\ndesigns: [table]\n"


def test_pictures_are_checked(problems, load_text):
    assert problems(
        SMALL + "plots:\n"
        "  - paretto\n"
        "  - sweep\n"
        "  - sweep: {over: dept, error: total_kl}\n"
        "  - distribution: {eror: total_max_abs_error}\n"
        "  - pareto: {cost: 3, error: area_um2}\n"
        "  - row_length: 3\n"
        "  - {pareto: {}, sweep: {}}\n"
        "  - 4\n"
        "  - convergence\n"
    ) == [
        "4:5: there is no kind of plot 'paretto'; did you mean pareto?",
        "5:5: sweep needs the key 'over'.",
        "6:19: there is no parameter to sweep over 'dept'; did you mean depth?",
        "6:32: there is no column 'total_kl'; did you mean total_kl_p99 or total_kl_max or total_kl_mean?",
        "7:20: there is no distribution key 'eror'; did you mean error?",
        "8:20: cost of pareto is 3, but should be a text.",
        "8:30: there is no column 'area_um2'; did you mean " + " or ".join(columns("pareto", "error")[:12]) + "?",
        "9:17: row_length is 3, but should be a mapping with error.",
        "10:5: {'pareto': {}, 'sweep': {}} is no picture; write one of " + KINDS,
        "11:5: 4 is no picture; write one of " + KINDS,
        "12:5: convergence runs over 'length', which nothing here has; name a parameter with over.",
    ]
    plots = "plots: [pareto, {sweep: {over: lanes}}, {pareto: }, {distribution: {error: unit_total_variation}}]"
    assert load_text(SMALL + plots).points() != []


def test_certified_numbers_are_shown_of_runs_that_have_them(problems, load_text):
    plots = "plots: [{certified: {error: row_sum_max}}, {pareto: {error: certified_max_abs_error}}]\n"
    add = "shows certified numbers, which a run has with certify: true; add that line."
    assert problems(SMALL + plots) == [f"3:10: certified {add}", f"3:45: pareto {add}"]
    assert load_text("certify: true\n" + SMALL + plots).certify
    assert problems("certify: 1\n" + SMALL) == ["1:10: certify is 1, but should be true or false."]
