//! Reads and writes PNG files (PNG 1.2): chunks, filters and interlacing here, inflating and deflating by flate2.

use std::io::{Read as _, Write as _};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// The first bytes of every PNG.
pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";
/// Maximum width and height; a larger picture is not a logo.
const MOST_SIDE: u32 = 8192;
/// The seven passes of an interlaced picture: the first column and row, and the distance between columns and rows.
const PASSES: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SampleKind {
    Grey,
    Rgb,
    Indexed,
    GreyAlpha,
    Rgba,
}

impl SampleKind {
    const fn channels(self) -> usize {
        match self {
            Self::Grey | Self::Indexed => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// The head of a file.
struct PngHeader {
    width: usize,
    height: usize,
    depth: usize,
    kind: SampleKind,
    is_interlaced: bool,
}

/// The colours that are not in the samples.
#[derive(Default)]
struct Colors {
    palette: Vec<u8>,
    /// For a palette the opacities of its colours; otherwise the one colour that is transparent.
    transparent: Vec<u8>,
}

/// Width, height, and red, green, blue and opacity of each pixel.
pub fn decode(bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), String> {
    let damaged = |what: &str| format!("is a damaged PNG: {what}");
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or_else(|| damaged("no signature"))?;
    let (mut head, mut colors, mut packed) = (None, Colors::default(), Vec::new());
    loop {
        let (name, data, after) = chunk(rest).ok_or_else(|| damaged("it ends early, or a checksum is wrong"))?;
        rest = after;
        match name {
            b"IHDR" => head = Some(read_head(data)?),
            b"PLTE" => data.clone_into(&mut colors.palette),
            b"tRNS" => data.clone_into(&mut colors.transparent),
            b"IDAT" => packed.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
    }
    let head = head.ok_or_else(|| damaged("no head"))?;
    let passes = if head.is_interlaced { &PASSES[..] } else { &[[0, 0, 1, 1]][..] };
    let bits = head.kind.channels() * head.depth;
    let sizes = passes.iter().map(|[x, y, dx, dy]| {
        (head.width.saturating_sub(*x).div_ceil(*dx), head.height.saturating_sub(*y).div_ceil(*dy))
    });
    let sizes: Vec<(usize, usize)> = sizes.map(|(w, h)| if w == 0 { (0, 0) } else { (w, h) }).collect();
    let whole: usize = sizes.iter().map(|(width, height)| height * (1 + (width * bits).div_ceil(8))).sum();
    let mut samples = Vec::new();
    let limit = u64::try_from(whole).unwrap_or(u64::MAX);
    ZlibDecoder::new(&packed[..]).take(limit).read_to_end(&mut samples).map_err(|error| damaged(&error.to_string()))?;
    if samples.len() < whole {
        return Err(damaged("it has too few pixels"));
    }
    let mut rgba = vec![0; head.width * head.height * 4];
    let mut rows = &mut samples[..];
    for ([x0, y0, dx, dy], (width, height)) in passes.iter().zip(sizes) {
        let length = (width * bits).div_ceil(8);
        let mut above = vec![0; length];
        for row in 0..height {
            let (line, after) = rows.split_at_mut(length + 1);
            rows = after;
            let (filter, line) = line.split_at_mut(1);
            unfilter(filter[0], line, &above, bits.div_ceil(8)).ok_or_else(|| damaged("an unknown filter"))?;
            above.copy_from_slice(line);
            for column in 0..width {
                let pixel =
                    pixel(&head, &colors, line, column).ok_or_else(|| damaged("a color outside its palette"))?;
                let at = ((y0 + row * dy) * head.width + x0 + column * dx) * 4;
                rgba[at..at + 4].copy_from_slice(&pixel);
            }
        }
    }
    Ok((head.width, head.height, rgba))
}

/// Name and data of the first chunk, and the bytes after it; `None` if it is truncated or damaged.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (named, rest) = rest.split_at_checked(length.checked_add(4)?)?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let mut crc = Crc::new();
    crc.update(named);
    let (name, data) = named.split_at(4);
    (crc.sum() == u32::from_be_bytes(*sum)).then_some((name, data, rest))
}

#[expect(clippy::many_single_char_names, reason = "bytes of two numbers")]
fn read_head(data: &[u8]) -> Result<PngHeader, String> {
    let &[a, b, c, d, e, f, g, h, depth, color, 0, 0, interlace @ (0 | 1)] = data else {
        return Err("is a damaged PNG: its head is unknown".to_owned());
    };
    let (width, height) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    if width > MOST_SIDE || height > MOST_SIDE {
        return Err(format!("has {width} × {height} pixels: make it smaller, a logo needs some hundred"));
    }
    let kind = match (color, depth) {
        (0, 1 | 2 | 4 | 8 | 16) => SampleKind::Grey,
        (2, 8 | 16) => SampleKind::Rgb,
        (3, 1 | 2 | 4 | 8) => SampleKind::Indexed,
        (4, 8 | 16) => SampleKind::GreyAlpha,
        (6, 8 | 16) => SampleKind::Rgba,
        _ => return Err("is a damaged PNG: its colours are unknown".to_owned()),
    };
    if width == 0 || height == 0 {
        return Err("is a damaged PNG: it has no pixels".to_owned());
    }
    let (width, height) = (width as usize, height as usize);
    Ok(PngHeader { width, height, depth: usize::from(depth), kind, is_interlaced: interlace == 1 })
}

/// Undoes the filter of a row; `apart` is the size of a pixel in bytes.
fn unfilter(filter: u8, line: &mut [u8], above: &[u8], apart: usize) -> Option<()> {
    for at in 0..line.len() {
        let left = at.checked_sub(apart).map_or(0, |at| line[at]);
        let corner = at.checked_sub(apart).map_or(0, |at| above[at]);
        let guess = match filter {
            0 => 0,
            1 => left,
            2 => above[at],
            3 => left.midpoint(above[at]),
            4 => paeth(left, above[at], corner),
            _ => return None,
        };
        line[at] = line[at].wrapping_add(guess);
    }
    Some(())
}

/// The one of the three that is nearest to left + above - corner.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |sample: u8| (guess - i16::from(sample)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}

/// A pixel of a row; `None` if its palette has no such colour.
fn pixel(head: &PngHeader, colors: &Colors, line: &[u8], column: usize) -> Option<[u8; 4]> {
    let channels = head.kind.channels();
    let sample = |channel: usize| -> u16 {
        let at = column * channels + channel;
        match head.depth {
            16 => u16::from_be_bytes([line[at * 2], line[at * 2 + 1]]),
            8 => u16::from(line[at]),
            depth => {
                let bit = at * depth;
                let shift = 8 - depth - bit % 8;
                u16::from(line[bit / 8] >> shift) & ((1 << depth) - 1)
            }
        }
    };
    // Scales to eight bits: takes the upper bits of sixteen, and stretches fewer bits over the whole range.
    let byte = |channel: usize| -> u8 {
        let value = sample(channel);
        u8::try_from(match head.depth {
            16 => value >> 8,
            8 => value,
            depth => value * 255 / ((1 << depth) - 1),
        })
        .unwrap_or(u8::MAX)
    };
    let unseen = |all: usize| {
        let is_it = |channel: usize| {
            let pair = colors.transparent.get(channel * 2..channel * 2 + 2);
            pair.is_some_and(|pair| u16::from_be_bytes([pair[0], pair[1]]) == sample(channel))
        };
        if (0..all).all(is_it) { 0 } else { u8::MAX }
    };
    Some(match head.kind {
        SampleKind::Grey => [byte(0), byte(0), byte(0), unseen(1)],
        SampleKind::Rgb => [byte(0), byte(1), byte(2), unseen(3)],
        SampleKind::GreyAlpha => [byte(0), byte(0), byte(0), byte(1)],
        SampleKind::Rgba => [byte(0), byte(1), byte(2), byte(3)],
        SampleKind::Indexed => {
            let index = usize::from(sample(0));
            let &[r, g, b] = colors.palette.get(index * 3..index * 3 + 3)? else { return None };
            [r, g, b, colors.transparent.get(index).copied().unwrap_or(u8::MAX)]
        }
    })
}

/// Pixels as a PNG without metadata.
pub fn encode(width: usize, height: usize, rgba: &[u8]) -> std::io::Result<Vec<u8>> {
    let size = |size: usize| u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes();
    let mut lines = ZlibEncoder::new(Vec::new(), Compression::best());
    for line in rgba.chunks(width * 4) {
        lines.write_all(&[0])?;
        lines.write_all(line)?;
    }
    let head = [&size(width)[..], &size(height), &[8, 6, 0, 0, 0]].concat();
    let mut bytes = SIGNATURE.to_vec();
    for (name, data) in [(b"IHDR", head), (b"IDAT", lines.finish()?), (b"IEND", Vec::new())] {
        let named = [&name[..], &data].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        bytes.extend(size(data.len()));
        bytes.extend(named);
        bytes.extend(crc.sum().to_be_bytes());
    }
    Ok(bytes)
}
