"""The course's models by name. A lesson builds each of them in the open before it is offered here."""

from __future__ import annotations

import keras
from keras import layers


def baseline_cnn(
    *, dropout: float = 0.0, batch_norm: bool = False, augmentation: layers.Layer | None = None
) -> keras.Sequential:
    """The network of lesson 01, not yet compiled: Conv 32 – pool – Conv 64 – pool – Dense 128 – Dense 10.

    Input: images of shape (N, 28, 28, 1), scaled to [0, 1]. Output: probabilities of shape (N, 10).
    225,034 parameters. Source: the convolutional stack of F. Chollet's *Deep Learning with Python*, ch. 5, with one
    convolution fewer and a wider dense layer.

    Args:
        dropout: the rate of a Dropout layer between the two dense layers; 0 leaves it out.
        batch_norm: normalise each convolution's output before its activation (Ioffe and Szegedy, 2015).
        augmentation: a layer, or a Sequential of layers, that alters the images in training; it comes first.
    """
    model = keras.Sequential([keras.Input(shape=(28, 28, 1))], name="baseline_cnn")
    if augmentation is not None:
        model.add(augmentation)
    for filters in (32, 64):
        if batch_norm:
            model.add(layers.Conv2D(filters, kernel_size=3, use_bias=False))  # the normalisation brings its own offset
            model.add(layers.BatchNormalization())
            model.add(layers.ReLU())
        else:
            model.add(layers.Conv2D(filters, kernel_size=3, activation="relu"))
        model.add(layers.MaxPooling2D(pool_size=2))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    if dropout:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax"))
    return model
