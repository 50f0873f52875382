//! Reads a column chunk of texts page by page: the file's numbers of its texts become the codes of rows.
//!
//! The Parquet library decodes pages into texts. To get the numbers back from those, each row would have to be hashed.

use std::ops::Range;

use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::encoding::hybrid_rle::{HybridRleChunk, HybridRleDecoder};
use polars_parquet::parquet::page::{DataPage, EncodedSplitBuffer, split_buffer};
use polars_parquet::read::BasicDecompressor;

use super::codes::{Coded, NO_VALUE, PlainTexts};

/// Adds the values of `rows` of a chunk of texts that is not in a list to the empty `column`. `None` if the encoding of
/// a page is not one of the two usual ones.
///
/// # Errors
///
/// If bytes contradict each other.
pub fn coded_texts(
    mut pages: BasicDecompressor,
    rows: &Range<usize>,
    mut column: Coded,
) -> anyhow::Result<Option<Coded>> {
    let first_code = column.end();
    if let Some(dictionary) = pages.read_dict_page()? {
        column.add_dictionary(&dictionary.buffer, dictionary.num_values)?;
    }
    let codes = first_code..column.end();
    let (mut scratch, mut next_row) = (Scratch::default(), 0_usize);
    while let Some(page) = pages.next() {
        let page = page?;
        let first_row = next_row;
        next_row = first_row.saturating_add(page.num_values());
        let wanted = rows.start.max(first_row)..rows.end.min(next_row);
        if wanted.is_empty() {
            if first_row >= rows.end {
                break;
            }
            continue;
        }
        let page = page.decompress(&mut pages)?;
        let wanted = wanted.start - first_row..wanted.end - first_row;
        match page.encoding() {
            Encoding::Plain => add_plain(&mut column, &page, &wanted, &mut scratch)?,
            Encoding::PlainDictionary | Encoding::RleDictionary => {
                add_codes(&mut column, &codes, &page, &wanted, &mut scratch)?;
            }
            // Other encodings are rare for texts, and do not show which texts are equal.
            _ => return Ok(None),
        }
        pages.reuse_page_buffer(page);
    }
    Ok(Some(column))
}

/// Numbers of the current page.
#[derive(Default)]
struct Scratch {
    /// 1 for each wanted row that has a value, 0 for all others.
    levels: Vec<u32>,
    codes: Vec<u32>,
    unpacked: Vec<u32>,
}

/// The wanted values of a page.
struct WantedValues<'p> {
    /// Their indices among the values of the page.
    indices: Range<usize>,
    /// Whether some wanted rows have no value.
    has_nulls: bool,
    encoded: &'p [u8],
}

/// The values of the wanted rows of a page; `levels` marks the rows that have one.
fn values<'p>(page: &'p DataPage, wanted: &Range<usize>, scratch: &mut Scratch) -> anyhow::Result<WantedValues<'p>> {
    let EncodedSplitBuffer { def, values, .. } = split_buffer(page)?;
    // Only pages of version 2 state their number of nulls. Some pages without nulls have no levels.
    if page.descriptor.max_def_level == 0 || page.null_count() == Some(0) {
        return Ok(WantedValues { indices: wanted.clone(), has_nulls: false, encoded: values });
    }
    let Scratch { levels, unpacked, .. } = scratch;
    levels.clear();
    let list = HybridRleDecoder::new(def, 1, page.num_values());
    let before = unpack(list, wanted, levels, unpacked)?;
    let (count, all) = levels.iter().fold((0, 0), |(count, all), level| (count + level, all | level));
    anyhow::ensure!(all <= 1, "a row is neither with nor without a value");
    let count = count as usize;
    Ok(WantedValues { indices: before..before + count, has_nulls: count < levels.len(), encoded: values })
}

/// Adds the wanted rows of a page that holds numbers of a dictionary; `dictionary` has its codes.
fn add_codes(
    column: &mut Coded,
    dictionary: &Range<usize>,
    page: &DataPage,
    wanted: &Range<usize>,
    scratch: &mut Scratch,
) -> anyhow::Result<()> {
    let WantedValues { indices, has_nulls, encoded } = values(page, wanted, scratch)?;
    let Scratch { levels, codes, unpacked } = scratch;
    let target = if has_nulls { &mut *codes } else { column.codes_mut() };
    if has_nulls {
        target.clear();
    }
    let from = target.len();
    if !indices.is_empty() {
        let (bits, packed) = encoded.split_first().ok_or_else(|| anyhow::anyhow!("a page has no values"))?;
        unpack(HybridRleDecoder::new(packed, (*bits).into(), indices.end), &indices, target, unpacked)?;
    }
    let (first, mut largest) = (u32::try_from(dictionary.start)?, 0);
    for code in &mut target[from..] {
        largest = largest.max(*code);
        *code = code.wrapping_add(first);
    }
    anyhow::ensure!(indices.is_empty() || (largest as usize) < dictionary.len(), "a value is not in its dictionary");
    if has_nulls {
        // Rows without a value look up the code after the last value.
        codes.push(NO_VALUE);
        let mut at = 0;
        column.codes_mut().extend(levels.iter().map(|level| {
            let code = codes[at] * level;
            at += *level as usize;
            code
        }));
    }
    Ok(())
}

/// Adds the wanted rows of a page of texts.
fn add_plain(column: &mut Coded, page: &DataPage, wanted: &Range<usize>, scratch: &mut Scratch) -> anyhow::Result<()> {
    let WantedValues { indices, has_nulls, encoded } = values(page, wanted, scratch)?;
    let mut texts = PlainTexts::new(encoded);
    for _ in 0..indices.start {
        texts.next_text()?;
    }
    for row in 0..wanted.len() {
        let has_value = !has_nulls || scratch.levels[row] == 1;
        column.push(if has_value { Some(texts.next_text()?) } else { None })?;
    }
    Ok(())
}

/// Appends the numbers at `wanted` of a list to `numbers`, and returns the sum of the numbers before them.
fn unpack(
    mut list: HybridRleDecoder,
    wanted: &Range<usize>,
    numbers: &mut Vec<u32>,
    unpacked: &mut Vec<u32>,
) -> anyhow::Result<usize> {
    list.limit_to(wanted.end);
    let (mut at, mut before) = (0, 0_usize);
    while at < wanted.end {
        let Some(chunk) = list.next_chunk()? else {
            anyhow::bail!("a page has fewer values than it declares");
        };
        let length = chunk.len();
        let skipped = wanted.start.saturating_sub(at).min(length);
        match chunk {
            HybridRleChunk::Rle(number, _) => {
                before = before.saturating_add((number as usize).saturating_mul(skipped));
                numbers.resize(numbers.len() + (length - skipped), number);
            }
            HybridRleChunk::Bitpacked(packed) if skipped == 0 => packed.collect_into(numbers),
            HybridRleChunk::Bitpacked(packed) => {
                unpacked.clear();
                packed.collect_into(unpacked);
                let (passed, wanted) = unpacked.split_at(skipped);
                before = passed.iter().fold(before, |sum, number| sum.saturating_add(*number as usize));
                numbers.extend_from_slice(wanted);
            }
        }
        at += length;
    }
    Ok(before)
}
