//! Parts that several examples share: the digits inside the repository, and pictures as text and as PNG.
#![allow(dead_code, unused_imports, reason = "no example uses all of it")]

use nn_core::data::Csv;
use nn_core::nalgebra::SVector;
use std::error::Error as StdError;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// A digit of 8 x 8 grey values from 0 to 1, and which digit it is.
pub type Digit = (SVector<f32, 64>, u8);

/// The 1 797 handwritten digits inside the repository.
pub fn digits() -> Result<Vec<Digit>, Box<dyn StdError>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.csv");
    let table = Csv::new().read(file)?;
    let images: Vec<SVector<f32, 64>> = table.inputs_without(&["target"])?;
    let names = table.column_as::<u8>("target")?;
    let scaled = images.into_iter().map(|image| image / 16.0);
    Ok(scaled.zip(names).collect())
}

/// Prints pictures of `width` columns side by side, two characters a pixel.
pub fn print_beside(pictures: &[&[f32]], width: usize) {
    const INK: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
    let rows = pictures
        .iter()
        .map(|picture| picture.len() / width)
        .max()
        .unwrap_or_default();
    for row in 0..rows {
        let lines = pictures.iter().map(|picture| {
            let pixels = picture.iter().skip(row * width).take(width);
            pixels
                .flat_map(|value| [INK[(value.clamp(0.0, 1.0) * 9.0).round() as usize]; 2])
                .collect::<String>()
        });
        println!("  {}", lines.collect::<Vec<_>>().join("  |  "));
    }
}

/// A sheet of equally large grey pictures in columns and rows.
pub struct Sheet {
    columns: usize,
    rows: usize,
    /// Width and height of one picture.
    tile: (usize, usize),
    /// Pixels of the sheet for each pixel of a picture.
    zoom: usize,
    pixels: Vec<u8>,
}

impl Sheet {
    /// Pixels between pictures.
    const GAP: usize = 4;

    /// An empty sheet for `columns x rows` pictures of `tile` pixels.
    pub fn new(columns: usize, rows: usize, tile: (usize, usize), zoom: usize) -> Self {
        let mut sheet = Self {
            columns,
            rows,
            tile,
            zoom,
            pixels: Vec::new(),
        };
        sheet.pixels = vec![96; sheet.width() * sheet.height()];
        sheet
    }

    fn width(&self) -> usize {
        self.columns * (self.tile.0 * self.zoom + Self::GAP) + Self::GAP
    }

    fn height(&self) -> usize {
        self.rows * (self.tile.1 * self.zoom + Self::GAP) + Self::GAP
    }

    /// Puts a picture of values from 0 (black) to 1 (white) in its place.
    pub fn put(&mut self, column: usize, row: usize, picture: &[f32]) {
        let (width, height) = (self.tile.0 * self.zoom, self.tile.1 * self.zoom);
        let left = Self::GAP + column * (width + Self::GAP);
        let top = Self::GAP + row * (height + Self::GAP);
        let sheet = self.width();
        for y in 0..height {
            for x in 0..width {
                let value = picture[y / self.zoom * self.tile.0 + x / self.zoom];
                self.pixels[(top + y) * sheet + left + x] = (value.clamp(0.0, 1.0) * 255.0) as u8;
            }
        }
    }

    /// Writes the sheet to `target/pictures/NAME.png` and says where that is.
    pub fn save(&self, name: &str) -> Result<PathBuf, Box<dyn StdError>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures");
        fs::create_dir_all(&folder)?;
        let path = folder.join(name).with_extension("png");
        let file = BufWriter::new(File::create(&path)?);
        let (width, height) = (self.width().try_into()?, self.height().try_into()?);
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(path)
    }
}

/// Grey values stretched so that the least is black and the greatest white: for weights.
pub fn stretched(values: &[f32]) -> Vec<f32> {
    let least = values.iter().copied().fold(f32::INFINITY, f32::min);
    let greatest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = (greatest - least).max(f32::EPSILON);
    values.iter().map(|value| (value - least) / range).collect()
}
