//! The skins people share: base, shade, light and the colour of blood under each.

use crate::portrait::{look::Skin, shape::rgb};

pub(super) const DEEP: Skin = Skin {
    base: rgb(0x7c4a33),
    shade: rgb(0x5d3427),
    light: rgb(0x96603f),
    blush: rgb(0x9c3f2e),
};
pub(super) const UMBER: Skin = Skin {
    base: rgb(0xa36c47),
    shade: rgb(0x824f35),
    light: rgb(0xbc8459),
    blush: rgb(0xb4503a),
};
pub(super) const OLIVE: Skin = Skin {
    base: rgb(0xd3a077),
    shade: rgb(0xb37d5a),
    light: rgb(0xe5b88e),
    blush: rgb(0xcc6650),
};
pub(super) const HONEY: Skin = Skin {
    base: rgb(0xe6ba90),
    shade: rgb(0xc8946d),
    light: rgb(0xf3cfa8),
    blush: rgb(0xdb7660),
};
pub(super) const RUDDY: Skin = Skin {
    base: rgb(0xe3ac8b),
    shade: rgb(0xc2846a),
    light: rgb(0xf1c3a4),
    blush: rgb(0xcf5f4d),
};
pub(super) const PALE: Skin = Skin {
    base: rgb(0xf0cbb0),
    shade: rgb(0xd5a58b),
    light: rgb(0xfae0ca),
    blush: rgb(0xdc7d6b),
};
