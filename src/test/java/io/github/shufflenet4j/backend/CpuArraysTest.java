package io.github.shufflenet4j.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Where the kernels compute, and where ND4J's operations do. */
class CpuArraysTest {

    @Test
    void kernelsComputeOnFloatsOfTheCpu() {
        assertThat(CpuArrays.areAccessible(DataType.FLOAT, Backend.CPU, "kernels")).isTrue();
        assertThat(CpuArrays.areAccessible(DataType.DOUBLE, Backend.CPU, "kernels")).isFalse();
    }

    @Test
    void cudaIsLeftToNd4j() {
        for (DataType type : DataType.values()) {
            assertThat(CpuArrays.areAccessible(type, Backend.CUDA, "kernels")).isFalse();
        }
    }

    @Test
    void theCpuIsLeftToNd4jIfAskedTo() {
        assertThat(CpuArrays.areAccessible(DataType.FLOAT, Backend.CPU, "nd4j")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CpuArrays.areAccessible(DataType.FLOAT, Backend.CPU, "fast"))
                .withMessage("shufflenet.executor is neither kernels nor nd4j: fast");
    }
}
