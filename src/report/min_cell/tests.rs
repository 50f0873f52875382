//! A reader who knows every shown number and every sum cannot compute a small quantity.

use proptest::prelude::*;

use super::quantities::{Number, Quantity};
use super::system::System;

/// The minimum number of rows that is not small.
const LEAST: i64 = 5;

/// A table of two dimensions: its cells, the sums of rows and columns, and the total. Some of the sums are not shown.
struct CrossTable {
    system: System,
    quantities: Vec<Quantity>,
    numbers: Vec<(Quantity, Number)>,
    sums: Vec<(Quantity, Vec<Quantity>)>,
}

fn is_small(value: i64) -> bool {
    (1..LEAST).contains(&value)
}

fn crossing(cells: &[Vec<i64>], is_shown: &[bool]) -> CrossTable {
    let mut table =
        CrossTable { system: System::default(), quantities: Vec::new(), numbers: Vec::new(), sums: Vec::new() };
    let mut flags = is_shown.iter().copied();
    let columns = cells[0].len();
    let add = |table: &mut CrossTable, value: i64, is_shown: bool| {
        let quantity = table.system.quantity(value, is_small(value) && is_shown);
        table.quantities.push(quantity);
        if is_shown {
            let number = table.system.number(vec![(quantity, true)]);
            table.numbers.push((quantity, number));
        }
        quantity
    };
    let grid: Vec<Vec<Quantity>> =
        cells.iter().map(|row| row.iter().map(|value| add(&mut table, *value, true)).collect()).collect();
    let of_rows: Vec<Quantity> =
        cells.iter().map(|row| add(&mut table, row.iter().sum(), flags.next().unwrap_or(true))).collect();
    let of_columns: Vec<Quantity> = (0..columns)
        .map(|at| add(&mut table, cells.iter().map(|row| row[at]).sum(), flags.next().unwrap_or(true)))
        .collect();
    let total = add(&mut table, cells.iter().flatten().sum(), flags.next().unwrap_or(true));
    table.sums.extend(of_rows.iter().copied().zip(grid.iter().cloned()));
    for (at, column) in of_columns.iter().enumerate() {
        table.sums.push((*column, grid.iter().map(|row| row[at]).collect()));
    }
    table.sums.push((total, of_rows));
    table.sums.push((total, of_columns));
    for (whole, parts) in &table.sums {
        table.system.sum(*whole, parts.clone());
    }
    table
}

/// Assigns values to the quantities in order until every sum holds; false if that is impossible or takes too many
/// steps.
fn search(
    table: &CrossTable,
    order: &[Quantity],
    values: &mut [Option<i64>],
    choices: &dyn Fn(Quantity) -> Vec<i64>,
    steps: &mut usize,
) -> bool {
    // A sum with one quantity left determines its value.
    let holds = table.sums.iter().all(|(whole, parts)| {
        match (values[*whole], parts.iter().map(|part| values[*part]).sum::<Option<i64>>()) {
            (Some(whole), Some(parts)) => whole == parts,
            (Some(whole), None) => parts.iter().filter_map(|part| values[*part]).sum::<i64>() <= whole,
            (None, _) => true,
        }
    });
    if !holds || *steps == 0 {
        return false;
    }
    let Some((next, rest)) = order.split_first() else { return true };
    for choice in choices(*next) {
        *steps -= 1;
        values[*next] = Some(choice);
        if search(table, rest, values, choices, steps) {
            return true;
        }
        values[*next] = None;
        if *steps == 0 {
            return false;
        }
    }
    false
}

/// Whether a reader cannot distinguish another table, with another value of `target`, from the true one. It is found by
/// trying values near the true ones, one quantity after the other, not by the moves of the system.
fn has_other(table: &CrossTable, target: Quantity) -> bool {
    let truth = |quantity: Quantity| table.system.value(quantity);
    let known = |quantity: Quantity| !table.system.is_unknown(quantity);
    let is_shown = |quantity: Quantity| table.numbers.iter().any(|(shown, _)| *shown == quantity);
    let mut order: Vec<Quantity> = table.quantities.iter().copied().filter(|one| !known(*one)).collect();
    order.sort_by_key(|one| *one != target);
    let mut values: Vec<Option<i64>> =
        table.quantities.iter().map(|one| Some(truth(*one)).filter(|_| known(*one))).collect();
    let choices = |quantity: Quantity| {
        let least = i64::from(is_shown(quantity));
        let near = [0, 1, -1, 2, -2, 3, -3].map(|step| truth(quantity) + step);
        let is_open = |value: &i64| *value >= least && (quantity != target || *value != truth(quantity));
        near.into_iter().filter(is_open).collect()
    };
    search(table, &order, &mut values, &choices, &mut 2_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_small_cell_of_a_crossing_can_be_computed(
        cells in (2..4_usize, 2..4_usize).prop_flat_map(|(rows, columns)| {
            let value = prop_oneof![3 => 0..12_i64, 2 => 1..4_i64, 1 => 20..90_i64];
            prop::collection::vec(prop::collection::vec(value, columns), rows)
        }),
        is_shown in prop::collection::vec(prop::bool::weighted(0.8), 8),
    ) {
        let mut table = crossing(&cells, &is_shown);
        table.system.protect();
        for (quantity, number) in &table.numbers {
            let value = table.system.value(*quantity);
            prop_assert!(!is_small(value) || table.system.is_hidden(*number), "{value} is shown in {cells:?}");
            prop_assert!(value != 0 || !table.system.is_hidden(*number), "a zero is hidden in {cells:?}");
        }
        for (quantity, _) in &table.numbers {
            if is_small(table.system.value(*quantity)) {
                prop_assert!(has_other(&table, *quantity), "{quantity} can be computed in {cells:?} {is_shown:?}");
            }
        }
        let has_small = table.numbers.iter().any(|(quantity, _)| is_small(table.system.value(*quantity)));
        prop_assert!(has_small || table.numbers.iter().all(|(_, number)| !table.system.is_hidden(*number)));
    }
}

/// The hidden numbers of a table with one dimension and a total, in order.
fn hidden(values: &[i64]) -> Vec<i64> {
    let mut system = System::default();
    let parts: Vec<Quantity> = values.iter().map(|value| system.quantity(*value, is_small(*value))).collect();
    let sum: i64 = values.iter().sum();
    let total = system.quantity(sum, is_small(sum));
    let small: Vec<(Number, i64)> = parts
        .iter()
        .chain([&total])
        .map(|quantity| (system.number(vec![(*quantity, true)]), system.value(*quantity)))
        .collect();
    system.sum(total, parts);
    system.protect();
    small.into_iter().filter(|(number, _)| system.is_hidden(*number)).map(|(_, value)| value).collect()
}

#[test]
fn one_small_row_takes_the_next_smallest_with_it() {
    assert_eq!(hidden(&[40, 9, 2, 30]), [9, 2]);
    assert_eq!(hidden(&[40, 9, 30]), [0_i64; 0]);
    // Two hide each other; zeros are shown.
    assert_eq!(hidden(&[40, 3, 2, 0]), [3, 2]);
    // Hidden numbers are at least 1: two that sum to 2 are 1 and 1.
    assert_eq!(hidden(&[40, 1, 1, 30]), [1, 1, 30]);
    // Nothing else can be hidden, so the total is.
    assert_eq!(hidden(&[1, 1, 0, 3]), [1, 1, 3]);
    assert_eq!(hidden(&[1, 1, 0]), [1, 1, 2]);
    assert_eq!(hidden(&[2]), [2, 2]);
    assert_eq!(hidden(&[7, 4]), [7, 4]);
}

#[test]
fn both_sides_of_a_share_are_hidden() {
    // 48 of 50: the share would reveal the remaining two, and so would the count together with the whole.
    let mut system = System::default();
    let (whole, part, rest) = (system.quantity(50, false), system.quantity(48, false), system.quantity(2, true));
    let share = system.number(vec![(whole, true), (part, false), (rest, false)]);
    let of_whole = system.number(vec![(whole, true)]);
    let of_part = system.number(vec![(part, true)]);
    system.sum(whole, vec![part, rest]);
    system.protect();
    assert!(system.is_hidden(share));
    assert!(system.is_hidden(of_whole) != system.is_hidden(of_part), "one of them is enough");
}
